/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/** The managed connection that a handle outside a container has for itself. Thread-safe. */
public interface UnmanagedAssociation extends LazyAssociation {

    /**
     * Ends the unit of work of {@code handle}, which has dissociated itself: the next one begins with its next use.
     *
     * @throws SQLException if the connection cannot be made as it was; it is of no more use then
     */
    void rest(Connection handle) throws SQLException;
}
