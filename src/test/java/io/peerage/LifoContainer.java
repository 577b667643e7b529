/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/**
 * A container reduced to its pool, the least friendly one there is: it hands out the connection that was given back
 * last, matches but never validates, and destroys a connection from inside the error event, twice, as Payara does.
 *
 * <p>Thread-safe.
 */
final class LifoContainer implements ConnectionManager, ConnectionEventListener, AutoCloseable {

    private static final long serialVersionUID = 1;

    private final transient Semaphore permits;
    private final transient Deque<ManagedConnection> idle = new ArrayDeque<>();
    private final transient Set<ManagedConnection> all = Collections.newSetFromMap(new IdentityHashMap<>());
    /** Those at work in a transaction, which keep their connection until its end whatever happens to handles. */
    private final transient Set<ManagedConnection> enlisted = ConcurrentHashMap.newKeySet();

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
        permits.acquireUninterruptibly();
        ManagedConnection connection = null;
        try {
            connection = match(factory, request);
            if (connection == null) {
                connection = make(factory, request);
            }
            return connection.getConnection(null, request);
        } catch (ResourceException | RuntimeException e) {
            if (connection != null) {
                giveBack(connection);
            } else {
                permits.release();
            }
            throw e;
        }
    }

    /** Runs {@code work} in a transaction of one branch, as a transaction manager does, and commits it in one phase. */
    <T> T inTransaction(PeerManagedConnectionFactory factory, Xid xid, Work<T> work) throws Exception {
        permits.acquireUninterruptibly();
        ManagedConnection connection = match(factory, null);
        if (connection == null) {
            connection = make(factory, null);
        }
        enlisted.add(connection);
        XAResource resource = connection.getXAResource();
        T result;
        resource.start(xid, XAResource.TMNOFLAGS);
        try (Connection handle = (Connection) connection.getConnection(null, null)) {
            result = work.on(handle);
        }
        resource.end(xid, XAResource.TMSUCCESS);
        resource.commit(xid, true);
        enlisted.remove(connection);
        giveBack(connection);
        return result;
    }

    /** What an application does in a transaction. */
    @FunctionalInterface
    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    private ManagedConnection make(ManagedConnectionFactory factory, @Nullable ConnectionRequestInfo request)
            throws ResourceException {
        ManagedConnection made = factory.createManagedConnection(null, request);
        made.addConnectionEventListener(this);
        synchronized (this) {
            all.add(made);
            created++;
        }
        return made;
    }

    private synchronized @Nullable ManagedConnection match(
            ManagedConnectionFactory factory, @Nullable ConnectionRequestInfo request) throws ResourceException {
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
                if (all.contains(connection)) {
                    idle.push(connection);
                }
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
    }
}
