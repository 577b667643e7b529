/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * What is done with one of JDBC's objects, or of those here.
 *
 * @param <A> with what
 */
@FunctionalInterface
interface SqlAction<A> extends SqlFunction<A, Void> {

    void on(A subject) throws SQLException;

    @Override
    default @Nullable Void of(A subject) throws SQLException {
        on(subject);
        return null;
    }
}
