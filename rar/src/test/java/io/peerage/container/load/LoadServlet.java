/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container.load;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.transaction.UserTransaction;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;

/**
 * Lets a test outside use pools: {@code do} is one of {@code ask}, {@code start}, {@code mark}, {@code figures}, {@code
 * stop}; {@code pool} names the pool of the first two. Thread-safe.
 */
@WebServlet("/do")
public class LoadServlet extends HttpServlet {

    private static final long serialVersionUID = 1;

    private final transient AtomicReference<Load> load = new AtomicReference<>();

    @Resource(lookup = "jdbc/shop")
    private transient DataSource shop;

    @Resource(lookup = "jdbc/users")
    private transient DataSource users;

    @Resource(lookup = "jdbc/each")
    private transient DataSource each;

    @Resource
    private transient UserTransaction transaction;

    @Resource
    private transient ManagedThreadFactory threads;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        response.setContentType("text/plain");
        response.setCharacterEncoding("UTF-8");
        try {
            response.getWriter().print(answer(request));
        } catch (SQLException e) {
            response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
            response.getWriter().print(e.getMessage());
        } catch (InterruptedException e) {
            throw new ServletException(e);
        }
    }

    private String answer(HttpServletRequest request) throws SQLException, InterruptedException {
        String pool = request.getParameter("pool");
        return switch (request.getParameter("do")) {
            case "ask" -> ask(source(pool));
            case "start" -> start(source(pool), Integer.parseInt(request.getParameter("threads")));
            case "mark" -> {
                load.get().mark();
                yield load.get().figures();
            }
            case "figures" -> load.get().figures();
            case "stop" -> {
                load.get().stop();
                yield load.get().figures();
            }
            default -> throw new IllegalArgumentException("do is one of ask, start, mark, figures, stop");
        };
    }

    private String start(DataSource source, int count) {
        Load started = new Load(source, transaction, count, threads);
        load.set(started);
        started.start();
        return "started";
    }

    private DataSource source(String pool) {
        return switch (pool) {
            case "shop" -> shop;
            case "users" -> users;
            case "each" -> each;
            default -> throw new IllegalArgumentException("pool is one of shop, users, each");
        };
    }

    /** Returns which server answered, whom and what it takes us for, and a setting a driver property can change. */
    private static String ask(DataSource source) throws SQLException {
        String query = "SELECT CONCAT_WS(' ', @@port, SUBSTRING_INDEX(CURRENT_USER(), '@', 1), DATABASE(),"
                + " @@div_precision_increment)";
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }
}
