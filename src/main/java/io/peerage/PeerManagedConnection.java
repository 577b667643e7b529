/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import io.peerage.connect.ConnectionSlot;
import io.peerage.connect.Credentials;
import io.peerage.connect.LiveGroup;
import io.peerage.connect.PhysicalConnection;
import io.peerage.jdbc.ConnectionHandle;
import io.peerage.jdbc.Owner;
import io.peerage.jdbc.Session;
import io.peerage.peer.Unforeseen;
import io.peerage.xa.OnePhaseXaResource;
import io.peerage.xa.PeerLocalTransaction;
import io.peerage.xa.PeerXaResource;
import io.peerage.xa.TransactionResource;
import io.peerage.xa.TransactionState;
import io.peerage.xa.UnitOfWork;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.LocalTransaction;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;
import jakarta.resource.spi.ManagedConnectionMetaData;
import jakarta.resource.spi.SecurityException;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import javax.security.auth.Subject;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;

/**
 * The connection a container pools. It owns exactly one physical connection at a time, to the peer that was dealt for
 * the unit of work, and exchanges it only where a unit of work begins (Jakarta Connectors 2.1, "ManagedConnection").
 *
 * <p>Thread-safe. Identity is its equality, as the specification asks.
 */
class PeerManagedConnection implements ManagedConnection, Owner, UnitOfWork {

    private final AssociatedFactory factory;
    private final LiveGroup group;
    private final ConnectionSlot slot;
    private final Listeners listeners;
    /** Those that applications hold. */
    private final Set<ConnectionHandle> handles = ConcurrentHashMap.newKeySet();

    private final TransactionState transaction = new TransactionState();
    private final PeerLocalTransaction localTransaction = new PeerLocalTransaction(this, transaction);
    private final TransactionResource xaResource;
    /** Why the transaction that wanted this connection is not on it. */
    private volatile @Nullable XAException notJoined;

    private volatile @Nullable PrintWriter logWriter;

    PeerManagedConnection(AssociatedFactory factory, SharedGroup shared, ConnectionSlot slot) {
        this.factory = factory;
        this.group = shared.live();
        this.slot = slot;
        this.listeners = new Listeners(this, group.log()::listenerFailed);
        this.logWriter = factory.getLogWriter();
        this.xaResource = shared.twoPhase()
                ? new PeerXaResource(this, transaction, shared.recovery())
                : new OnePhaseXaResource(this, transaction);
    }

    /** Returns whether it belongs to {@code other} and was opened for {@code wanted}. */
    boolean serves(ManagedConnectionFactory other, Credentials wanted) {
        return factory.equals(other) && slot.credentials().equals(wanted);
    }

    /**
     * Returns a new handle; those given out before stay good, unless the connection was lost and this begins on another
     * one. Open Liberty hands a lost connection out again until the request ends, if no transaction keeps it.
     *
     * @throws SecurityException if other credentials are asked for than those it was opened with
     * @throws ResourceException if no peer can serve, or a transaction could not be started here; the container has
     *     been told then that this connection is lost
     */
    @Override
    public Object getConnection(@Nullable Subject subject, @Nullable ConnectionRequestInfo request)
            throws ResourceException {
        Credentials asked = SecurityContext.credentials(factory, subject, request);
        if (!slot.credentials().equals(asked)) {
            throw new SecurityException(
                    "this connection was opened for " + slot.credentials() + " and cannot serve " + asked);
        }
        try {
            refuseOutsideItsTransaction();
            beginAgain();
        } catch (SQLException | RuntimeException e) {
            SQLException failure = Unforeseen.of(e);
            giveUp(failure);
            throw Failures.toResource(failure);
        } catch (Error e) {
            giveUp(Unforeseen.of(e));
            throw e;
        }
        ConnectionHandle handle =
                new ConnectionHandle(this, request instanceof ConnectionRequest ours ? ours.home() : null);
        handles.add(handle);
        return handle;
    }

    /** TomEE asks for a handle even where the start has failed, and what ran on it would outlast the transaction. */
    private void refuseOutsideItsTransaction() throws SQLException {
        XAException failure = notJoined;
        if (failure != null && !inManagedTransaction()) {
            throw Failures.notJoined(failure);
        }
    }

    @Override
    public void joined(@Nullable XAException failure) {
        notJoined = failure;
    }

    /**
     * Has the container throw this connection away. Payara and GlassFish never take back what they could not hand out
     * unless they hear of an error: each request that finds no peer would cost their pool a connection for good.
     */
    private void giveUp(SQLException failure) {
        if (slot.lose()) {
            listeners.errorOccurred(failure, null);
        }
    }

    /** Moves an application's handle here from the managed connection it is on. */
    @Override
    public void associateConnection(Object connection) throws ResourceException {
        if (!(connection instanceof ConnectionHandle handle)) {
            throw new ResourceException("not a handle of Peerage: " + connection);
        }
        try {
            beginAgain();
            Owner before = handle.associate(this);
            if (before instanceof PeerManagedConnection other && other != this) {
                other.handles.remove(handle);
            }
            handles.add(handle);
        } catch (SQLException e) {
            throw Failures.toResource(e);
        }
    }

    /**
     * Ends the unit of work: every handle is dead from now on, whatever the application left open is rolled back, what
     * it changed is restored. The connection to the server stays. On a lost connection only the handles end: a
     * transaction there has yet to be told its fate by who began it.
     *
     * @throws ResourceException if that is impossible, also while the connection still works for a global transaction;
     *     the container must destroy this connection then. And if it has been destroyed: TomEE gives back what was lost
     *     within a transaction a second time at its end, and would hand it to everybody from then on
     */
    @Override
    public void cleanup() throws ResourceException {
        if (slot.isLeft()) {
            throw new jakarta.resource.spi.IllegalStateException("this managed connection has been destroyed");
        }
        notJoined = null;
        PhysicalConnection link = slot.serving();
        if (link == null) {
            endHandles(ConnectionHandle::abandon);
            return;
        }
        endHandles(ConnectionHandle::invalidate);
        try {
            // One that is closed at its end anyhow needs no tidying: that undoes what is open as well.
            if (!link.isRetired() && !link.session().reset()) {
                // What was left cannot be taken back on this connection; the next unit of work gets another one.
                link.retire();
            }
        } catch (SQLException | RuntimeException e) {
            SQLException failure = Unforeseen.of(e);
            failed(failure, link.session(), false);
            throw Failures.toResource(failure);
        }
        transaction.takenBack();
        slot.rest(link);
    }

    /**
     * Ends the unit of work of a handle that has this connection for itself, has dissociated itself, and lives on.
     *
     * @throws ResourceException as {@link #cleanup} does
     */
    void rest(Connection handle) throws ResourceException {
        handles.remove(handle);
        cleanup();
    }

    /** Closes the connection to the server. Idempotent, and good without {@link #cleanup}. */
    @Override
    public void destroy() {
        if (group.slots().leave(slot)) {
            // Without a word to the driver: it forgets its statements with the connection, and may hang on a lost one.
            endHandles(ConnectionHandle::abandon);
        }
    }

    @Override
    public void addConnectionEventListener(ConnectionEventListener listener) {
        listeners.add(listener);
    }

    @Override
    public void removeConnectionEventListener(ConnectionEventListener listener) {
        listeners.remove(listener);
    }

    /** Returns the same object each time, for transaction managers use it as a key. */
    @Override
    public XAResource getXAResource() {
        return xaResource;
    }

    @Override
    public LocalTransaction getLocalTransaction() {
        return localTransaction;
    }

    /** Begins no unit of work where none runs: WildFly asks right after it has made a connection. */
    @Override
    public ManagedConnectionMetaData getMetaData() throws ResourceException {
        try {
            return new ConnectionMetaData(slot.describe());
        } catch (SQLException e) {
            throw Failures.toResource(failed(e));
        }
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter writer) {
        this.logWriter = writer;
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return logWriter;
    }

    /** Begins the unit of work, for whom the container sends here, also after the connection was lost. */
    private void beginAgain() throws SQLException {
        // What a lost transaction did is undone, and nothing may be done in its place before that has been told.
        if (slot.isLost() && !transaction.isPending()) {
            // What was opened before belongs to a unit of work that has failed.
            slot.renew(() -> endHandles(ConnectionHandle::abandon));
        }
        slot.begin();
    }

    /** Has each handle end as {@code end} says, and forgets them all before, for they may come back to this one. */
    private void endHandles(Consumer<ConnectionHandle> end) {
        List<ConnectionHandle> all = List.copyOf(handles);
        handles.clear();
        all.forEach(end);
    }

    /**
     * Detaches the handles that find another place by themselves; the others end with the unit of work. So do all where
     * something was set on the connection or is open: in another place it would be missing without a word. Containers
     * call this on a {@link DissociatableConnection} alone.
     */
    public final void dissociateConnections() {
        PhysicalConnection link = slot.serving();
        if (link != null && link.session().isPristine()) {
            handles.removeIf(ConnectionHandle::dissociate);
        }
    }

    @Override
    public Session session() throws SQLException {
        return slot.session();
    }

    @Override
    public ConnectionSlot slot() {
        return slot;
    }

    @Override
    public boolean isInUse() {
        return !handles.isEmpty();
    }

    @Override
    public boolean inManagedTransaction() {
        return transaction.isManaged();
    }

    @Override
    public SQLException failed(SQLException failure) {
        PhysicalConnection link = slot.serving();
        return link == null ? failure : failed(failure, link.session(), false);
    }

    @Override
    public void spoiled(Session session) {
        PhysicalConnection link = slot.serving(session);
        if (link != null) {
            link.retire();
        }
    }

    @Override
    public void sever(Session session) {
        PhysicalConnection link = slot.serving(session);
        if (link != null) {
            link.cut();
        }
    }

    @Override
    public @Nullable String url(Session session) {
        PhysicalConnection link = slot.serving(session);
        return link == null ? null : link.login().url();
    }

    @Override
    public SQLException failed(SQLException failure, Session session, boolean byApplication) {
        PhysicalConnection link = slot.serving(session);
        // Our own doing says nothing about the peer.
        boolean revoked = slot.hasRevoked(session);
        SQLException told = revoked ? ConnectionSlot.rolledBack(failure) : failure;
        boolean lost = link != null
                && (revoked
                        || group.failures().met(link, failure, byApplication).connectionLost());
        if (lost && slot.lose()) {
            listeners.errorOccurred(told, handles.stream().findAny().orElse(null));
        }
        return told;
    }

    @Override
    public void closed(Connection handle) {
        handles.remove(handle);
        listeners.closed(handle);
    }

    @Override
    public String toString() {
        PhysicalConnection link = slot.serving();
        return "managed connection " + Integer.toHexString(System.identityHashCode(this))
                + (link == null ? "" : " on " + link.peer());
    }
}
