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
 * Moves money between accounts on three databases within one transaction: two peers of the pool {@code shop}, by two
 * connections of which one is not shared, and one of {@code stock}. Thread-safe.
 */
@WebServlet("/transfer")
@SuppressWarnings("NullAway.Init") // the container sets the resources before it calls any method
public class TransferEndpoint extends Endpoint {

    private static final long serialVersionUID = 1;
    private static final int ATTEMPTS = 50;

    @Resource(lookup = "java:comp/env/jdbc/shop")
    private transient DataSource shop;

    @Resource(lookup = "java:comp/env/jdbc/shop-unshared")
    private transient DataSource shopUnshared;

    @Resource(lookup = "java:comp/env/jdbc/stock")
    private transient DataSource stock;

    @Resource
    private transient UserTransaction transaction;

    @Override
    void handle(HttpServletRequest request, Answer answer) throws Exception {
        // Peers are dealt at random: begin again until the two of one pool differ.
        for (int i = 0; i < ATTEMPTS; i++) {
            if (transfer(answer)) {
                return;
            }
        }
        throw new IllegalStateException("Two connections of one pool were on the same peer " + ATTEMPTS + " times");
    }

    private boolean transfer(Answer answer) throws Exception {
        transaction.begin();
        boolean moved;
        try (Connection debtor = shop.getConnection();
                Connection creditor = shopUnshared.getConnection();
                Connection bank = stock.getConnection()) {
            String from = Sql.text(debtor, Sql.WHO);
            String to = Sql.text(creditor, Sql.WHO);
            moved = !from.equals(to);
            if (moved) {
                answer.put("from", from).put("to", to).put("fee", Sql.text(bank, Sql.WHO));
                add(debtor, -10);
                add(creditor, 9);
                add(bank, 1);
            }
        } catch (SQLException | RuntimeException e) {
            transaction.rollback();
            throw e;
        }
        if (moved) {
            transaction.commit();
        } else {
            transaction.rollback();
        }
        return moved;
    }

    private static void add(Connection connection, int amount) throws SQLException {
        if (Sql.update(connection, "UPDATE account SET balance = balance + " + amount + " WHERE id = 1") != 1) {
            throw new SQLException("No account");
        }
    }
}
