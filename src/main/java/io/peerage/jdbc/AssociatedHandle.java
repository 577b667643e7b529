/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import io.peerage.jdbc.HandleState.Unbound;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The life of a connection handle: which managed connection it is associated with, and how it ends. It may be closed,
 * invalidated or abandoned from any thread.
 */
abstract class AssociatedHandle extends DelegatingConnection {

    private static final AtomicReferenceFieldUpdater<AssociatedHandle, HandleState> STATE =
            AtomicReferenceFieldUpdater.newUpdater(AssociatedHandle.class, HandleState.class, "state");

    private final @Nullable LazyAssociation home;
    private volatile HandleState state;

    AssociatedHandle(@Nullable Owner owner, @Nullable LazyAssociation home) {
        this.home = home;
        this.state = owner == null ? Unbound.DISSOCIATED : new Association(this, owner);
    }

    /** Returns whether it is alive without being associated. */
    final boolean isDissociated() {
        return state == Unbound.DISSOCIATED;
    }

    /**
     * Moves this handle to another managed connection. The statements open on it are closed, because they belong to the
     * physical connection left behind. Does nothing if it is there already.
     *
     * @return the managed connection left behind; null if there was none, or it is the same
     * @throws SQLException with SQLState 08003 if this handle is dead
     */
    public @Nullable Owner associate(Owner owner) throws SQLException {
        Association next = new Association(this, owner);
        while (true) {
            HandleState seen = state;
            if (seen instanceof Unbound unbound && unbound != Unbound.DISSOCIATED) {
                throw Refusals.closed(unbound.refusal);
            }
            if (seen instanceof Association present && present.owner == owner) {
                return null;
            }
            if (STATE.compareAndSet(this, seen, next)) {
                if (seen instanceof Association left) {
                    left.end();
                    return left.owner;
                }
                return null;
            }
        }
    }

    /**
     * Detaches this handle from its managed connection, if it can find another one when it is used again. Its
     * statements are closed then. Does nothing if it is not associated.
     *
     * @return whether it can
     */
    public boolean dissociate() {
        if (home == null) {
            return false;
        }
        if (state instanceof Association left && STATE.compareAndSet(this, left, Unbound.DISSOCIATED)) {
            left.end();
        }
        return true;
    }

    /** Makes this handle dead for ever and closes its statements, for a managed connection that is used again. */
    public void invalidate() {
        if (die(Unbound.INVALIDATED) instanceof Association left) {
            left.end();
        }
    }

    /**
     * Makes this handle dead for ever and sends nothing, for a physical connection that is lost or hangs: closing a
     * statement on it could block.
     */
    public void abandon() {
        if (die(Unbound.INVALIDATED) instanceof Association left) {
            left.abandon();
        }
    }

    /** Returns whether statements are open, so that the physical connection must not change. */
    public boolean hasOpenStatements() {
        return state instanceof Association present && present.hasOpenStatements();
    }

    /** What fails to close is known to the owner by then; the work of the application is not affected. */
    @Override
    public void close() throws SQLException {
        HandleState left = die(Unbound.CLOSED);
        if (left instanceof Association association) {
            association.end();
            association.owner.closed(this);
        } else if (left == Unbound.DISSOCIATED && home != null) {
            home.closed(this);
        }
    }

    /** Returns what was before for the one caller that ends it, else null. */
    private @Nullable HandleState die(Unbound end) {
        HandleState seen = STATE.getAndUpdate(this, present -> present.isEnd() ? present : end);
        return seen.isEnd() ? null : seen;
    }

    @Override
    public boolean isClosed() {
        return state.isEnd();
    }

    /** Returns where this handle is, after finding it a place if it was dissociated. */
    @Override
    Association association() throws SQLException {
        return state instanceof Association present ? present : reassociate();
    }

    private Association reassociate() throws SQLException {
        if (state == Unbound.DISSOCIATED && home != null) {
            home.associate(this);
        }
        HandleState now = state;
        if (now instanceof Unbound unbound) {
            throw Refusals.closed(unbound.refusal);
        }
        return (Association) now;
    }

    @Override
    Session session(Association association) throws SQLException {
        return association.owner.session();
    }

    @Override
    Connection delegate(Association association, Session session) {
        return session.connection();
    }

    @Override
    Statement handle(Association a, Session s, Statement result) throws SQLException {
        return a.track(new StatementHandle<>(a, s, result));
    }

    @Override
    PreparedStatement handle(Association a, Session s, PreparedStatement result) throws SQLException {
        return a.track(new PreparedStatementHandle<>(a, s, result));
    }

    @Override
    CallableStatement handle(Association a, Session s, CallableStatement result) throws SQLException {
        return a.track(new CallableStatementHandle(a, s, result));
    }

    @Override
    DatabaseMetaData handle(Association a, Session s, DatabaseMetaData result) {
        return new MetaDataHandle(this, s, result);
    }
}
