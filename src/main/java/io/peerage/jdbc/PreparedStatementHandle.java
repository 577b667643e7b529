/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import java.sql.PreparedStatement;

/**
 * A prepared statement as the application holds it. Thread-safe as far as the driver is.
 *
 * @param <D> the JDBC interface of the driver's statement
 */
public class PreparedStatementHandle<D extends PreparedStatement> extends DelegatingPreparedStatement<D> {

    PreparedStatementHandle(Association association, Session session, D delegate) {
        super(association, session, delegate);
    }
}
