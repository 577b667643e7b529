/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A result set of DatabaseMetaData as the application holds it, whose statement is the driver's affair. Thread-safe as
 * far as the driver is.
 */
public class MetaDataRowsHandle extends DelegatingResultSet {

    MetaDataRowsHandle(Association association, Session session, ResultSet delegate) {
        super(association, session, delegate);
    }

    /** It is often left open, and hardly ever more than a list that the driver holds. */
    @Override
    final boolean keepsConnection() {
        return false;
    }

    @Override
    Statement handle(Association a, Session s, Statement result) throws SQLException {
        return a.track(new StatementHandle<>(a, s, result));
    }
}
