/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.shop;

import jakarta.annotation.Resource;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServletRequest;
import java.sql.Connection;
import java.sql.SQLException;
import javax.naming.InitialContext;
import javax.sql.DataSource;

/** Uses one DataSource by JNDI look-up and by injection. Thread-safe. */
@WebServlet("/lookup")
@SuppressWarnings({
    "NullAway.Init", // the container sets the resources before it calls any method
    "BanJNDI" // the name is a constant
})
public class LookupEndpoint extends Endpoint {

    private static final long serialVersionUID = 1;

    @Resource(name = "jdbc/shop")
    private transient DataSource injected;

    @Override
    void handle(HttpServletRequest request, Answer answer) throws Exception {
        DataSource found = InitialContext.doLookup("java:comp/env/jdbc/shop");
        answer.put("jndi", productOf(found)).put("resource", productOf(injected));
        answer.put("class", injected.getClass().getName());
    }

    private static String productOf(DataSource source) throws SQLException {
        try (Connection connection = source.getConnection()) {
            return connection.getMetaData().getDatabaseProductName() + " " + Sql.text(connection, "SELECT DATABASE()");
        }
    }
}
