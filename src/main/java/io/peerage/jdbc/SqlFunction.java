/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * What one of JDBC's objects, or of those here, is asked.
 *
 * @param <A> what is asked
 * @param <T> the answer
 */
@FunctionalInterface
interface SqlFunction<A, T> {
    @Nullable T of(A subject) throws SQLException;
}
