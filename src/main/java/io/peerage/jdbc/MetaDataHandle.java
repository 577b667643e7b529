/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;

/**
 * The metadata of the database as the application holds it. Follows its connection handle: if that moved to another
 * physical connection, the metadata is that one's. Thread-safe as far as the driver is.
 */
public class MetaDataHandle extends DelegatingDatabaseMetaData {

    private record Source(Session session, DatabaseMetaData metaData) {}

    private final DelegatingConnection connection;

    private volatile Source source;

    MetaDataHandle(DelegatingConnection connection, Session session, DatabaseMetaData metaData) {
        this.connection = connection;
        this.source = new Source(session, metaData);
    }

    @Override
    Association association() throws SQLException {
        return connection.association();
    }

    @Override
    Session session(Association association) throws SQLException {
        return association.owner.session();
    }

    @Override
    DatabaseMetaData delegate(Association association, Session session) throws SQLException {
        Source known = source;
        if (known.session() != session) {
            known = Objects.requireNonNull(association.call(
                    session, now -> new Source(now, now.connection().getMetaData())));
            source = known;
        }
        return known.metaData();
    }

    /** A constant of the driver, so it needs no open connection. */
    @Override
    public int getDriverMajorVersion() {
        return source.metaData().getDriverMajorVersion();
    }

    /** A constant of the driver, so it needs no open connection. */
    @Override
    public int getDriverMinorVersion() {
        return source.metaData().getDriverMinorVersion();
    }

    /** As the deployer wrote it: the driver's has the bounds of the login in it, and our socket factory. */
    @Override
    public String getURL() throws SQLException {
        Association a = association();
        String shown = a.owner.url(session(a));
        return shown != null ? shown : super.getURL();
    }

    @Override
    Connection handle(Association a, Session s, Connection result) {
        return connection;
    }

    @Override
    ResultSet handle(Association a, Session s, ResultSet result) throws SQLException {
        return a.track(new MetaDataRowsHandle(a, s, result));
    }
}
