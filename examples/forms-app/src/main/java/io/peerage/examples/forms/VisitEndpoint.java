/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.forms;

import jakarta.annotation.Resource;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.transaction.UserTransaction;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Writes {@code note} within a global transaction, which it commits or rolls back as {@code commit} says. Thread-safe. */
@WebServlet("/visit")
@SuppressWarnings("NullAway.Init") // the container sets the resources before it calls any method
public class VisitEndpoint extends HttpServlet {

    private static final long serialVersionUID = 1;

    @Resource(lookup = "java:comp/env/jdbc/shop")
    private transient DataSource shop;

    @Resource
    private transient UserTransaction transaction;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        boolean commit = Boolean.parseBoolean(request.getParameter("commit"));
        try {
            transaction.begin();
            try {
                write(request.getParameter("note"));
            } catch (SQLException | RuntimeException e) {
                transaction.rollback();
                throw e;
            }
            if (commit) {
                transaction.commit();
            } else {
                transaction.rollback();
            }
        } catch (Exception e) {
            throw new ServletException(e);
        }
        response.setContentType("text/plain");
        response.getWriter().println("ended=done");
    }

    private void write(String note) throws SQLException {
        try (Connection connection = shop.getConnection();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO visit (note) VALUES (?)")) {
            insert.setString(1, note);
            insert.executeUpdate();
        }
    }
}
