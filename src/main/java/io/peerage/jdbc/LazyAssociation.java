/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Brings a dissociated handle back to life: how the container's lazy association is reached from a handle. Thread-safe.
 */
public interface LazyAssociation {

    /**
     * Finds a managed connection for {@code handle}, which is about to be used, and lets it call {@code
     * ConnectionHandle.associate}.
     */
    void associate(Connection handle) throws SQLException;

    /** Tells that the application closed {@code handle} while it was dissociated; called once. */
    void closed(Connection handle);
}
