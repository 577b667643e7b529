/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import org.junit.jupiter.api.Test;

/** Local and global transactions, committed and rolled back. */
interface TransactionContract extends Contract {

    private PeerManagedConnectionFactory hurtOnly() {
        return site().at("hurt@" + site().hurt().address());
    }

    @Test
    default void aLocalTransactionCommitsAndRollsBack() throws Exception {
        try (Connection connection = pool(hurtOnly(), 1).getConnection()) {
            connection.setAutoCommit(false);
            Site.change(connection, 1);
            assertThat(site().value(site().hurt())).as("before the commit").isEqualTo("0");
            connection.commit();
            assertThat(site().value(site().hurt())).isEqualTo("1");
            Site.change(connection, 1);
            connection.rollback();
        }
        assertThat(site().value(site().hurt())).isEqualTo("1");
    }

    @Test
    default void aGlobalTransactionCommitsInOnePhaseAndInTwoAndRollsBack() throws Exception {
        PeerManagedConnectionFactory factory = hurtOnly();
        LifoContainer container = container(factory, 1);
        try (GlobalTransaction one = change(container, factory, 1)) {
            one.commit();
        }
        assertThat(site().value(site().hurt())).as("one phase").isEqualTo("1");
        try (GlobalTransaction two = change(container, factory, 10)) {
            two.prepare();
            assertThat(site().dialect().prepared(site().hurt())).hasSize(1);
            assertThat(site().value(site().hurt())).as("prepared").isEqualTo("1");
            two.commitPrepared();
        }
        assertThat(site().value(site().hurt())).as("two phases").isEqualTo("11");
        try (GlobalTransaction none = change(container, factory, 100)) {
            none.rollback();
        }
        assertThat(site().value(site().hurt())).as("rolled back").isEqualTo("11");
        assertThat(site().dialect().prepared(site().hurt())).isEmpty();
    }

    private static GlobalTransaction change(LifoContainer container, PeerManagedConnectionFactory factory, int by)
            throws Exception {
        GlobalTransaction transaction = GlobalTransaction.begin(container, factory);
        try (Connection connection = transaction.connection()) {
            Site.change(connection, by);
        }
        return transaction;
    }
}
