/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.shop;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.transaction.Transactional;
import jakarta.transaction.UserTransaction;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;

/** Writes a row in each of the ways in which an application demarcates transactions. Thread-safe. */
@ApplicationScoped
@SuppressWarnings("NullAway.Init") // the container sets the resources before it calls any method
public class Visits {

    @Resource(lookup = "java:comp/env/jdbc/shop")
    private DataSource shop;

    @Resource(lookup = "java:comp/env/jdbc/stock")
    private DataSource stock;

    @Resource
    private UserTransaction transaction;

    @PersistenceContext(unitName = "shop")
    private EntityManager entities;

    /** Writes in autocommit, or in a transaction of the connection's own that is rolled back. */
    public void plain(String note, boolean commit) throws SQLException {
        try (Connection connection = shop.getConnection()) {
            if (commit) {
                insert(connection, note);
            } else {
                connection.setAutoCommit(false);
                insert(connection, note);
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
    }

    /** Writes to one pool within a transaction that this method demarcates. */
    public void user(String note, boolean commit) throws Exception {
        transaction.begin();
        try {
            insert(shop, note);
        } catch (SQLException | RuntimeException e) {
            transaction.rollback();
            throw e;
        }
        end(commit);
    }

    /** Writes within a transaction to a connection that was there before it. */
    public void early(String note, boolean commit) throws Exception {
        try (Connection connection = shop.getConnection()) {
            transaction.begin();
            try {
                insert(connection, note);
            } catch (SQLException | RuntimeException e) {
                transaction.rollback();
                throw e;
            }
            end(commit);
        }
    }

    /** Writes to both pools within one transaction. */
    public void both(String note, boolean commit) throws Exception {
        transaction.begin();
        try {
            insert(shop, note);
            insert(stock, note);
        } catch (SQLException | RuntimeException e) {
            transaction.rollback();
            throw e;
        }
        end(commit);
    }

    /** Writes within a transaction that the container demarcates. */
    @Transactional
    public void transactional(String note, boolean commit) throws SQLException {
        insert(shop, note);
        if (!commit) {
            throw new RollbackWanted();
        }
    }

    /** Persists an entity, and finds it by a query within the same transaction. */
    @Transactional
    public void jpa(String note, boolean commit) {
        entities.persist(new Visit(note));
        List<Visit> found = entities.createQuery("SELECT v FROM Visit v WHERE v.note = :note", Visit.class)
                .setParameter("note", note)
                .getResultList();
        if (found.size() != 1) {
            throw new IllegalStateException("The query found " + found.size() + " rows, not the one just persisted");
        }
        if (!commit) {
            throw new RollbackWanted();
        }
    }

    private void end(boolean commit) throws Exception {
        if (commit) {
            transaction.commit();
        } else {
            transaction.rollback();
        }
    }

    private static void insert(DataSource source, String note) throws SQLException {
        try (Connection connection = source.getConnection()) {
            insert(connection, note);
        }
    }

    private static void insert(Connection connection, String note) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO visit (note) VALUES (?)")) {
            insert.setString(1, note);
            insert.executeUpdate();
        }
    }

    /** Makes the container roll back, as any runtime exception does. */
    static final class RollbackWanted extends RuntimeException {

        private static final long serialVersionUID = 1;
    }
}
