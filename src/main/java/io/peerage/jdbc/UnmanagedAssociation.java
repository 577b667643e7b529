/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import java.sql.SQLException;

/** The managed connection that a handle outside a container has for itself. Thread-safe. */
public interface UnmanagedAssociation extends LazyAssociation {

    /**
     * Ends the unit of work and dissociates {@code handle}, which lives on and begins the next one with its next use.
     *
     * @throws SQLException if the connection cannot be made as it was; {@code handle} is dead then
     */
    void rest(UnmanagedConnectionHandle handle) throws SQLException;
}
