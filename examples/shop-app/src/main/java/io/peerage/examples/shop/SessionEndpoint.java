/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.shop;

import jakarta.annotation.Resource;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServletRequest;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.sql.DataSource;

/**
 * {@code do=soil} changes all that JDBC lets a borrower change on some connections, and leaves a row uncommitted;
 * {@code do=inspect} says what the next borrowers find. Thread-safe.
 */
@WebServlet("/session")
@SuppressWarnings("NullAway.Init") // the container sets the resources before it calls any method
public class SessionEndpoint extends Endpoint {

    private static final long serialVersionUID = 1;
    private static final int AT_ONCE = 4;
    private static final String SESSION =
            "SELECT CONCAT_WS(' ', DATABASE(), @@autocommit, @@tx_isolation, @@tx_read_only)";

    @Resource(lookup = "java:comp/env/jdbc/shop-unshared")
    private transient DataSource shop;

    @Override
    void handle(HttpServletRequest request, Answer answer) throws Exception {
        boolean soil = "soil".equals(request.getParameter("do"));
        Deque<Connection> all = new ArrayDeque<>();
        try {
            for (int i = 0; i < AT_ONCE; i++) {
                all.add(shop.getConnection());
            }
            int i = 0;
            for (Connection each : all) {
                String session = Sql.text(each, Sql.WHO) + "/" + Sql.text(each, "SELECT CONNECTION_ID()");
                answer.put("session." + i, session).put("found." + i, describe(each));
                if (soil) {
                    soil(each, i % 2 == 0, request.getParameter("note"));
                }
                i++;
            }
        } finally {
            for (Connection each : all) {
                each.close();
            }
        }
    }

    private static String describe(Connection connection) throws SQLException {
        return Sql.text(connection, SESSION) + ", handle: " + connection.getCatalog() + " " + connection.getAutoCommit()
                + " " + connection.getTransactionIsolation() + " " + connection.isReadOnly();
    }

    private static void soil(Connection connection, boolean write, String note) throws SQLException {
        connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
        connection.setReadOnly(!write);
        connection.setAutoCommit(false);
        if (write) {
            Sql.update(connection, "INSERT INTO visit (note) VALUES ('" + note + "')");
        }
        connection.setCatalog("other");
    }
}
