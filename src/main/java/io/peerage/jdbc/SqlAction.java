/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import java.sql.SQLException;

/**
 * What is done with one of JDBC's objects, or of those here.
 *
 * @param <A> with what
 */
@FunctionalInterface
interface SqlAction<A> {
    void on(A subject) throws SQLException;
}
