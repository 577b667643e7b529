/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.benchmarks;

import io.peerage.PeerManagedConnectionFactory;
import io.peerage.PeerResourceAdapter;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ManagedConnection;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * As little of a container as can be: some managed connections, of which the first is lent again and again while the
 * others rest, as a container's pool does with one client. Confined to one thread.
 */
final class Borrower implements AutoCloseable {

    private final PeerResourceAdapter adapter = new PeerResourceAdapter();
    private final List<ManagedConnection> pool = new ArrayList<>();

    Borrower(PeerManagedConnectionFactory factory, int size) throws ResourceException {
        factory.setResourceAdapter(adapter);
        for (int i = 0; i < size; i++) {
            pool.add(factory.createManagedConnection(null, null));
        }
    }

    /** Returns a handle; {@link #giveBack} must follow. */
    Connection borrow() throws ResourceException {
        return (Connection) pool.get(0).getConnection(null, null);
    }

    /** Closes the handle and gives its connection back to the pool. */
    void giveBack(Connection handle) throws SQLException, ResourceException {
        handle.close();
        pool.get(0).cleanup();
    }

    @Override
    public void close() throws ResourceException {
        for (ManagedConnection managed : pool) {
            managed.destroy();
        }
        adapter.stop();
    }
}
