/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** What one borrower sets by JDBC is not there for the next one. */
interface SessionContract extends Contract {

    @Test
    default void whatOneBorrowerSetTheNextOneDoesNotFind() throws Exception {
        PeerDataSource source = pool(site().at("hurt@" + site().hurt().address()), 1);
        int isolation;
        String catalog;
        try (Connection connection = source.getConnection()) {
            isolation = connection.getTransactionIsolation();
            catalog = connection.getCatalog();
            connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            assertThat(site().ask(connection)).isEqualTo("hurt");
        }
        try (Connection connection = source.getConnection()) {
            assertThat(connection.getTransactionIsolation()).isEqualTo(isolation);
            assertThat(connection.isReadOnly()).isFalse();
            assertThat(connection.getAutoCommit()).isTrue();
            assertThat(connection.getCatalog()).isEqualTo(catalog);
            Site.change(connection, 1);
        }
        assertThat(site().value(site().hurt())).isEqualTo("1");
    }

    @Test
    default void whatWasNotCommittedIsGone() throws Exception {
        PeerDataSource source = pool(site().at("hurt@" + site().hurt().address()), 1);
        Connection connection = source.getConnection();
        connection.setAutoCommit(false);
        Site.change(connection, 7);
        connection.close();
        assertThat(site().value(site().hurt())).isEqualTo("0");
        try (Connection next = source.getConnection();
                Statement statement = next.createStatement()) {
            // no lock was left behind
            assertThat(statement.executeUpdate("UPDATE t SET v = 3")).isEqualTo(1);
        }
        assertThat(site().value(site().hurt())).isEqualTo("3");
    }
}
