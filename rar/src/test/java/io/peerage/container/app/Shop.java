/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container.app;

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

/** An application as it would be written over any DataSource. Thread-safe. */
@ApplicationScoped
public class Shop {

    @Resource(lookup = "jdbc/shop")
    private DataSource shop;

    /** The same, signed on by the application and not by the container. */
    @Resource(lookup = "jdbc/shop", authenticationType = Resource.AuthenticationType.APPLICATION)
    private DataSource shopAsApplication;

    @Resource(lookup = "jdbc/users")
    private DataSource users;

    @Resource(lookup = "jdbc/single")
    private DataSource single;

    @Resource
    private UserTransaction transaction;

    @PersistenceContext
    private EntityManager entities;

    public DataSource shop() {
        return shop;
    }

    public DataSource shopAsApplication() {
        return shopAsApplication;
    }

    public DataSource single() {
        return single;
    }

    public UserTransaction transaction() {
        return transaction;
    }

    /** Writes within a transaction of its own that commits, or does not. */
    public void visit(String note, boolean commit) throws Exception {
        transaction.begin();
        insert(shop, note);
        end(commit);
    }

    /** Writes to both pools within one transaction that commits, or does not. */
    public void visitBoth(String note, boolean commit) throws Exception {
        transaction.begin();
        insert(shop, note);
        insert(users, note);
        end(commit);
    }

    @Transactional
    public void visitTransactional(String note, boolean commit) throws SQLException {
        insert(shop, note);
        if (!commit) {
            throw new IllegalStateException("rolls the transaction back");
        }
    }

    /** Persists an entity and finds it by a query, within one transaction. */
    @Transactional
    public List<Visit> persistAndQuery(String note) {
        entities.persist(new Visit(note));
        return entities.createQuery("SELECT v FROM Visit v WHERE v.note = :note", Visit.class)
                .setParameter("note", note)
                .getResultList();
    }

    private void end(boolean commit) throws Exception {
        if (commit) {
            transaction.commit();
        } else {
            transaction.rollback();
        }
    }

    private static void insert(DataSource source, String note) throws SQLException {
        try (Connection connection = source.getConnection();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO visit (note) VALUES (?)")) {
            insert.setString(1, note);
            insert.executeUpdate();
        }
    }
}
