/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * A container reduced to its pool, the least friendly one there is: it hands out the connection that was given back
 * last, matches but never validates, forgets one that it could not hand out, and destroys a connection from inside the
 * error event, twice, as Payara does. At its end it also ends the adapters of the factories that it was used with.
 *
 * <p>Thread-safe.
 */
final class LifoContainer implements ConnectionManager, ConnectionEventListener, AutoCloseable {

    private static final long serialVersionUID = 1;

    private final transient Semaphore permits;
    private final transient Deque<ManagedConnection> idle = new ArrayDeque<>();
    /** Those that work for a global transaction, which outlasts their handles. */
    private final transient Set<ManagedConnection> enlisted = ConcurrentHashMap.newKeySet();

    /** Those whose own adapter ends with this container. */
    private final transient Set<ManagedConnectionFactory> factories = ConcurrentHashMap.newKeySet();

    private final transient Set<ManagedConnection> all = Collections.newSetFromMap(new IdentityHashMap<>());
    private int created;

    LifoContainer(int size) {
        this.permits = new Semaphore(size);
    }

    /** Opens {@code size} connections ahead of any request, as a steady pool size does. */
    LifoContainer fill(PeerManagedConnectionFactory factory, int size) throws ResourceException {
        for (int i = 0; i < size; i++) {
            ManagedConnection made = make(factory, null);
            synchronized (this) {
                idle.push(made);
            }
        }
        return this;
    }

    PeerDataSource dataSource(PeerManagedConnectionFactory factory) {
        return factory.createConnectionFactory(this);
    }

    @Override
    public Object allocateConnection(ManagedConnectionFactory factory, ConnectionRequestInfo request)
            throws ResourceException {
        // if this throws, the connection stays lent, unless an error event says that it is lost
        return borrow(factory, request).getConnection(null, request);
    }

    private ManagedConnection borrow(ManagedConnectionFactory factory, ConnectionRequestInfo request)
            throws ResourceException {
        permits.acquireUninterruptibly();
        try {
            ManagedConnection matched = match(factory, request);
            return matched != null ? matched : make(factory, request);
        } catch (ResourceException | RuntimeException e) {
            permits.release();
            throw e;
        }
    }

    /** Lends a connection to a global transaction, which keeps it until {@link #delist}. */
    ManagedConnection enlist(ManagedConnectionFactory factory, ConnectionRequestInfo request) throws ResourceException {
        ManagedConnection connection = borrow(factory, request);
        enlisted.add(connection);
        return connection;
    }

    /** Takes back what {@link #enlist} lent, also if it was lost in the meantime. */
    void delist(ManagedConnection connection) {
        enlisted.remove(connection);
        giveBack(connection);
    }

    private ManagedConnection make(ManagedConnectionFactory factory, @Nullable ConnectionRequestInfo request)
            throws ResourceException {
        ManagedConnection made = factory.createManagedConnection(null, request);
        made.addConnectionEventListener(this);
        factories.add(factory);
        synchronized (this) {
            all.add(made);
            created++;
        }
        return made;
    }

    private synchronized @Nullable ManagedConnection match(
            ManagedConnectionFactory factory, ConnectionRequestInfo request) throws ResourceException {
        for (ManagedConnection candidate : idle) {
            Set<ManagedConnection> one = new HashSet<>();
            one.add(candidate);
            if (factory.matchManagedConnections(one, null, request) == candidate) {
                idle.remove(candidate);
                return candidate;
            }
        }
        return null;
    }

    private void giveBack(ManagedConnection connection) {
        try {
            connection.cleanup();
            synchronized (this) {
                // one that was lost has been removed, and its permit released
                if (!all.contains(connection)) {
                    return;
                }
                idle.push(connection);
            }
            permits.release();
        } catch (ResourceException e) {
            remove(connection);
        }
    }

    private void remove(ManagedConnection connection) {
        synchronized (this) {
            if (!all.remove(connection)) {
                return;
            }
            idle.remove(connection);
        }
        try {
            connection.cleanup();
        } catch (ResourceException e) {
            // it is destroyed anyhow
        }
        destroy(connection);
        destroy(connection);
        permits.release();
    }

    private static void destroy(ManagedConnection connection) {
        try {
            connection.destroy();
        } catch (ResourceException e) {
            throw new AssertionError("destroying must not fail", e);
        }
    }

    /** Returns how many connections were ever made. */
    synchronized int created() {
        return created;
    }

    @Override
    public void connectionClosed(ConnectionEvent event) {
        ManagedConnection source = (ManagedConnection) event.getSource();
        if (!enlisted.contains(source)) {
            giveBack(source);
        }
    }

    @Override
    public void connectionErrorOccurred(ConnectionEvent event) {
        ManagedConnection source = (ManagedConnection) event.getSource();
        source.removeConnectionEventListener(this);
        remove(source);
    }

    @Override
    public void localTransactionStarted(ConnectionEvent event) {
        throw new AssertionError("no such event is sent");
    }

    @Override
    public void localTransactionCommitted(ConnectionEvent event) {
        throw new AssertionError("no such event is sent");
    }

    @Override
    public void localTransactionRolledback(ConnectionEvent event) {
        throw new AssertionError("no such event is sent");
    }

    @Override
    public void close() {
        Set<ManagedConnection> left;
        synchronized (this) {
            left = new HashSet<>(all);
            all.clear();
            idle.clear();
        }
        left.forEach(LifoContainer::destroy);
        factories.forEach(factory -> LivePeers.stop((PeerManagedConnectionFactory) factory));
    }
}
