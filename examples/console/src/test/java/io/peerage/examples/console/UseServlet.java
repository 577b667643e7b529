/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.console;

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
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;

/** Borrows connections one after the other and answers with the port of the peer that served each, a line each. */
@WebServlet({"/held", "/found"})
public class UseServlet extends HttpServlet {

    private static final long serialVersionUID = 1;

    @Resource(lookup = "jdbc/shop")
    private DataSource held;

    @Override
    @SuppressWarnings("BanJNDI") // the name is ours
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        int times = Integer.parseInt(request.getParameter("times"));
        try {
            DataSource shop = request.getServletPath().equals("/held") ? held : InitialContext.doLookup("jdbc/shop");
            for (int i = 0; i < times; i++) {
                response.getWriter().println(servedBy(shop));
            }
        } catch (NamingException | SQLException e) {
            response.sendError(HttpServletResponse.SC_INTERNAL_SERVER_ERROR, e.getMessage());
        }
    }

    private static int servedBy(DataSource shop) throws SQLException {
        try (Connection connection = shop.getConnection();
                Statement statement = connection.createStatement();
                ResultSet port = statement.executeQuery("SELECT @@port")) {
            port.next();
            return port.getInt(1);
        }
    }
}
