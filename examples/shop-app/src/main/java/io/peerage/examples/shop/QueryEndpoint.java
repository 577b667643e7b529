/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.shop;

import jakarta.annotation.Resource;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.transaction.UserTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * One unit of work, {@code mode=auto} or {@code mode=jta}: says which server did it, and in JTA writes too.
 * Thread-safe.
 */
@WebServlet("/query")
@SuppressWarnings("NullAway.Init") // the container sets the resources before it calls any method
public class QueryEndpoint extends Endpoint {

    private static final long serialVersionUID = 1;

    @Resource(lookup = "java:comp/env/jdbc/shop")
    private transient DataSource shop;

    @Resource
    private transient UserTransaction transaction;

    @Override
    void handle(HttpServletRequest request, Answer answer) throws Exception {
        boolean jta = "jta".equals(request.getParameter("mode"));
        answer.put("port", jta ? write() : read());
    }

    private String read() throws SQLException {
        try (Connection connection = shop.getConnection()) {
            return Sql.text(connection, Sql.WHO);
        }
    }

    private String write() throws Exception {
        transaction.begin();
        String port;
        try (Connection connection = shop.getConnection()) {
            Sql.update(connection, "INSERT INTO visit (note) VALUES ('query')");
            port = Sql.text(connection, Sql.WHO);
        } catch (SQLException | RuntimeException e) {
            transaction.rollback();
            throw e;
        }
        transaction.commit();
        return port;
    }
}
