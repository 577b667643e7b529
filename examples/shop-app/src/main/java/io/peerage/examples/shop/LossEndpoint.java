/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.shop;

import jakarta.annotation.Resource;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.transaction.Status;
import jakarta.transaction.UserTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.naming.InitialContext;
import javax.sql.DataSource;

/**
 * Loses connections of the pool called {@code pool}, one more in each of several {@code rounds}, and writes
 * {@code note} after each round in a transaction, with {@code both=true} to the pool {@code stock} as well. Each is
 * lost within a transaction of its own, with {@code end=commit} or {@code end=rollback}, or {@code end=outside} of any;
 * with {@code mixed=true} every other one is of the pool {@code stock}. With {@code kept=before} or {@code kept=after}
 * the connections that are lost, another one of {@code pool} is open when the transaction after a round begins, and
 * every other round writes through it. Thread-safe.
 */
@WebServlet("/loss")
@SuppressWarnings({
    "NullAway.Init", // the container sets the resources before it calls any method
    "BanJNDI" // the name comes from the test
})
public class LossEndpoint extends Endpoint {

    private static final long serialVersionUID = 1;

    @Resource(lookup = "java:comp/env/jdbc/stock")
    private transient DataSource stock;

    @Resource
    private transient UserTransaction transaction;

    @Override
    void handle(HttpServletRequest request, Answer answer) throws Exception {
        DataSource pool = InitialContext.doLookup(request.getParameter("pool"));
        String end = request.getParameter("end");
        String insert = "INSERT INTO visit (note) VALUES ('" + request.getParameter("note") + "')";
        boolean both = Boolean.parseBoolean(request.getParameter("both"));
        boolean mixed = Boolean.parseBoolean(request.getParameter("mixed"));
        int rounds = Integer.parseInt(request.getParameter("rounds"));
        String keep = String.valueOf(request.getParameter("kept"));
        for (int round = 1; round <= rounds; round++) {
            Connection kept = keep.equals("before") ? pool.getConnection() : null;
            for (int i = 0; i < round; i++) {
                boolean other = mixed && (round + i) % 2 == 1;
                answer.put("lost." + round, lose(other ? stock : pool, end));
            }
            if (keep.equals("after") || (kept != null && !isSound(kept))) {
                kept = pool.getConnection();
            }
            Connection through = round % 2 == 1 ? kept : null;
            answer.put("next." + round, outcome(() -> {
                if (through == null) {
                    update(pool, insert);
                } else {
                    Sql.update(through, insert);
                }
                if (both) {
                    update(stock, insert);
                }
            }));
            if (kept != null) {
                kept.close();
            }
        }
    }

    /** Some servers let several handles share a connection, which is lost for all of them then. */
    private static boolean isSound(Connection kept) throws SQLException {
        try {
            Sql.text(kept, Sql.WHO);
            return true;
        } catch (SQLException lost) {
            kept.close();
            return false;
        }
    }

    private String lose(DataSource pool, String end) throws Exception {
        return switch (end) {
            case "outside" -> {
                kill(pool);
                yield "outside";
            }
            case "commit" -> outcome(() -> kill(pool));
            default -> {
                transaction.begin();
                kill(pool);
                transaction.rollback();
                yield "rolled back";
            }
        };
    }

    /** Returns what became of a transaction with this work in it; none is left on the thread. */
    private String outcome(Work work) throws Exception {
        transaction.begin();
        try {
            work.run();
            transaction.commit();
            return "committed";
        } catch (Exception e) {
            return e.toString();
        } finally {
            if (transaction.getStatus() != Status.STATUS_NO_TRANSACTION) {
                transaction.rollback();
            }
        }
    }

    private static void update(DataSource pool, String sql) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            Sql.update(connection, sql);
        }
    }

    /** Has the server end the session, and returns when the connection has noticed. */
    private static void kill(DataSource pool) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("KILL CONNECTION_ID()");
            } catch (SQLException killed) {
                // which is the point
            }
            try {
                Sql.text(connection, Sql.WHO);
            } catch (SQLException lost) {
                return;
            }
        }
        throw new IllegalStateException("the session lives on");
    }

    private interface Work {
        void run() throws SQLException;
    }
}
