/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container.pools;

import jakarta.annotation.Resource;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * An application with several databases: {@code ?pool=} names the one to ask. Answers with the port of the server, whom
 * and what it takes us for, and a setting that a driver property can change; or with status 503 and the message of the
 * failure. Thread-safe.
 */
@WebServlet("/ask")
public class PoolsServlet extends HttpServlet {

    private static final long serialVersionUID = 1;
    private static final String QUERY = "SELECT CONCAT_WS(' ', @@port, SUBSTRING_INDEX(CURRENT_USER(), '@', 1),"
            + " DATABASE(), @@div_precision_increment)";

    @Resource(lookup = "jdbc/shop")
    private transient DataSource shop;

    @Resource(lookup = "jdbc/users")
    private transient DataSource users;

    @Resource(lookup = "jdbc/each")
    private transient DataSource each;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain");
        try (Connection connection = source(request.getParameter("pool")).getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(QUERY)) {
            row.next();
            response.getWriter().print(row.getString(1));
        } catch (SQLException e) {
            response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
            response.getWriter().print(e.getMessage());
        }
    }

    private DataSource source(String pool) {
        return switch (pool) {
            case "shop" -> shop;
            case "users" -> users;
            case "each" -> each;
            default -> throw new IllegalArgumentException("pool is '" + pool + "', allowed is shop, users or each");
        };
    }
}
