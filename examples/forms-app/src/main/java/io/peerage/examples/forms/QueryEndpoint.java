/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.forms;

import jakarta.annotation.Resource;
import jakarta.servlet.ServletException;
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

/** Says which server answered a query. Thread-safe. */
@WebServlet("/query")
@SuppressWarnings("NullAway.Init") // the container sets the resource before it calls any method
public class QueryEndpoint extends HttpServlet {

    private static final long serialVersionUID = 1;

    @Resource(lookup = "java:comp/env/jdbc/shop")
    private transient DataSource shop;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        try (Connection connection = shop.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT @@port")) {
            row.next();
            response.setContentType("text/plain");
            response.getWriter().println("port=" + row.getInt(1));
        } catch (SQLException e) {
            throw new ServletException(e);
        }
    }
}
