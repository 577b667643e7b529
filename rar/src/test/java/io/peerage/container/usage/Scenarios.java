/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container.usage;

import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.EntityTransaction;
import jakarta.transaction.UserTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import javax.sql.DataSource;

/**
 * Ways of using connections that a container's pool and transactions make intricate. Each writes rows that start with
 * {@code note}, and tells what it saw. Confined to one request.
 */
final class Scenarios {

    private final DataSource source;
    private final EntityManagerFactory apart;
    private final DataSource single;
    private final UserTransaction transaction;
    private final Properties facts;

    Scenarios(
            DataSource source,
            EntityManagerFactory apart,
            DataSource single,
            UserTransaction transaction,
            Properties facts) {
        this.source = source;
        this.apart = apart;
        this.single = single;
        this.transaction = transaction;
        this.facts = facts;
    }

    /** Local transactions, autocommit and JTA by turns on the one connection of a pool. */
    void interleaved(String note) throws Exception {
        try (Connection first = single.getConnection()) {
            facts.setProperty("session1", Notes.session(first));
            Notes.insert(first, note + "-kept");
            first.setAutoCommit(false);
            Notes.insert(first, note + "-undone");
            first.rollback();
            Notes.insert(first, note + "-kept");
            first.commit();
            Notes.insert(first, note + "-undone");
        }
        try (Connection second = single.getConnection()) {
            facts.setProperty("session2", Notes.session(second));
            facts.setProperty("autoCommit", Boolean.toString(second.getAutoCommit()));
            Notes.insert(second, note + "-kept");
            second.setAutoCommit(false);
            Notes.insert(second, note + "-kept");
            // which commits
            second.setAutoCommit(true);
            Notes.insert(second, note + "-kept");
        }
        transaction.begin();
        try (Connection third = single.getConnection()) {
            facts.setProperty("session3", Notes.session(third));
            Notes.insert(third, note + "-undone");
        }
        transaction.rollback();
        transaction.begin();
        try (Connection fourth = single.getConnection()) {
            facts.setProperty("session4", Notes.session(fourth));
            Notes.insert(fourth, note + "-kept");
        }
        transaction.commit();
        try (Connection fifth = single.getConnection()) {
            facts.setProperty("session5", Notes.session(fifth));
            Notes.insert(fifth, note + "-kept");
        }
    }

    /** A handle opened before begin() and closed after the transaction's end. */
    void across(String note, boolean commit) throws Exception {
        try (Connection handle = source.getConnection()) {
            Notes.insert(handle, note + "-before");
            transaction.begin();
            Notes.insert(handle, note + "-within");
            facts.setProperty("autoCommitWithin", Boolean.toString(handle.getAutoCommit()));
            end(commit);
            facts.setProperty("autoCommitAfter", Boolean.toString(handle.getAutoCommit()));
            Notes.insert(handle, note + "-after");
        }
    }

    /** A handle opened within a transaction, and used and closed after its end. */
    void beyond(String note, boolean commit) throws Exception {
        transaction.begin();
        try (Connection handle = source.getConnection()) {
            Notes.insert(handle, note + "-within");
            end(commit);
            Notes.insert(handle, note + "-after");
        }
    }

    /** Two handles in one transaction, one of which is closed early. */
    void twoHandles(String note, boolean commit) throws Exception {
        transaction.begin();
        try (Connection one = source.getConnection()) {
            Notes.insert(one, note + "-one");
            facts.setProperty("session1", Notes.session(one));
            try (Connection other = source.getConnection()) {
                facts.setProperty("session2", Notes.session(other));
                facts.setProperty("seen", Notes.count(other, note + "-one"));
                Notes.insert(other, note + "-other");
            }
            Notes.insert(one, note + "-one");
        }
        end(commit);
    }

    /** Connections that the server gives to a resource-local persistence unit take no part in the transaction around. */
    void nonTransactional(String note, boolean commit) throws Exception {
        transaction.begin();
        EntityManager entities = apart.createEntityManager();
        try (Connection within = source.getConnection()) {
            Notes.insert(within, note + "-within");
            facts.setProperty("session1", Notes.session(within));
            // without any transaction
            facts.setProperty("seen", single(entities, "SELECT COUNT(*) FROM note WHERE text = '" + note + "-within'"));
            facts.setProperty("session2", single(entities, "SELECT " + Notes.SESSION));
            facts.setProperty("autoCommit", single(entities, "SELECT @@autocommit"));
            insert(entities, note + "-undone").rollback();
            insert(entities, note + "-apart").commit();
        } finally {
            entities.close();
        }
        end(commit);
    }

    private static EntityTransaction insert(EntityManager entities, String note) {
        EntityTransaction local = entities.getTransaction();
        local.begin();
        int rows = entities.createNativeQuery("INSERT INTO note (text) VALUES (?1)")
                .setParameter(1, note)
                .executeUpdate();
        if (rows != 1) {
            throw new IllegalStateException(rows + " rows");
        }
        return local;
    }

    private static String single(EntityManager entities, String query) {
        return entities.createNativeQuery(query).getSingleResult().toString();
    }

    /** Leaves handles open, in a transaction or without one, and goes on: the pool has no other connection. */
    void leaked(String note, boolean inTransaction) throws Exception {
        if (inTransaction) {
            transaction.begin();
        }
        Connection leaked = single.getConnection();
        Notes.insert(leaked, note + "-leaked");
        if (inTransaction) {
            transaction.commit();
        }
        try (Connection next = single.getConnection()) {
            Notes.insert(next, note + "-next");
        }
        try {
            Notes.insert(leaked, note + "-late");
            facts.setProperty("late", "worked");
        } catch (SQLException e) {
            facts.setProperty("late", e.getSQLState());
        }
        leaked.close();
        facts.setProperty("closed", Boolean.toString(leaked.isClosed()));
        try (Connection last = single.getConnection()) {
            Notes.insert(last, note + "-last");
        }
    }

    /** Loses a connection in use, in a transaction or without one, and goes on with another. */
    void lost(boolean inTransaction) throws Exception {
        if (inTransaction) {
            transaction.begin();
        }
        try (Connection connection = source.getConnection()) {
            facts.setProperty("lost", Notes.session(connection));
            Notes.endSession(connection);
            facts.setProperty("error", "none");
        } catch (SQLException e) {
            facts.setProperty("error", e.getSQLState());
        }
        if (inTransaction) {
            transaction.rollback();
        }
        try (Connection next = source.getConnection()) {
            facts.setProperty("next", Notes.session(next));
        }
    }

    private void end(boolean commit) throws Exception {
        if (commit) {
            transaction.commit();
        } else {
            transaction.rollback();
        }
    }
}
