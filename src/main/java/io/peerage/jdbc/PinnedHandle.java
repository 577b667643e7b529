/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Wrapper;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A handle on something that belongs to one physical connection and dies with it: a statement or a result set.
 * Thread-safe as far as the driver is; it may be released from any thread, which happens once.
 *
 * @param <D> the JDBC interface of the driver's object
 */
abstract class PinnedHandle<D extends Wrapper> extends Tracked {

    @SuppressWarnings("rawtypes") // there is one for all types of objects
    private static final AtomicReferenceFieldUpdater<PinnedHandle, Wrapper> DELEGATE =
            AtomicReferenceFieldUpdater.newUpdater(PinnedHandle.class, Wrapper.class, "delegate");

    private final Association association;
    private final Session session;

    /** Null once this handle is closed. */
    private volatile @Nullable D delegate;

    PinnedHandle(Association association, Session session, D delegate) {
        this.association = association;
        this.session = session;
        this.delegate = delegate;
    }

    final Association association() {
        return association;
    }

    final Session session(Association ignored) {
        return session;
    }

    /**
     * Returns the driver's object.
     *
     * @throws SQLException if this handle is closed
     */
    D delegate(Association ignored, Session alsoIgnored) throws SQLException {
        D open = delegate;
        if (open == null) {
            throw closed();
        }
        return open;
    }

    /** Returns the driver's object; null once this handle is closed. */
    final @Nullable D open() {
        return delegate;
    }

    boolean isReleased() {
        return delegate == null;
    }

    /** Makes this handle dead and returns what it held; null for all but the first caller. */
    final @Nullable D take() {
        D open = delegate;
        return open != null && DELEGATE.compareAndSet(this, open, null) ? open : null;
    }

    /** Closes the driver's object, once. */
    final void release() throws SQLException {
        D open = take();
        if (open == null) {
            return;
        }
        association.forget(this);
        Activity activity = session.activity();
        activity.begin();
        try {
            close(open);
        } catch (SQLException e) {
            throw association.failed(e, session);
        } catch (RuntimeException | Error e) {
            association.spoiled(session);
            throw e;
        } finally {
            activity.end();
        }
    }

    @Override
    final void releaseQuietly() {
        try {
            release();
        } catch (SQLException | RuntimeException | Error ignored) {
            // It passed the funnel, or is a defect of the driver: either way the others must be closed too, and the
            // container must hear that its connection is free.
        }
    }

    @Override
    final void abandon() {
        take();
    }

    /** To be called after a statement has run. */
    void answered(Association a, Session s) throws SQLException {
        a.answered(s, false);
    }

    /** To be called after something was closed that this had opened: the driver may have closed this with it. */
    void resultSetClosed() throws SQLException {}

    abstract void close(D open) throws SQLException;

    /** Returns what to throw at who uses this handle after it was closed, by itself or with its connection. */
    final SQLException closed() throws SQLException {
        return association.connection.isClosed()
                ? Refusals.closed("The connection of the statement is closed, or was taken back by the container")
                : this instanceof ResultSet ? Refusals.resultClosed() : Refusals.statementClosed();
    }

    /** As the driver describes its object: applications log prepared statements for their SQL and parameters. */
    @Override
    public String toString() {
        D open = delegate;
        return open == null ? super.toString() + " (closed)" : open.toString();
    }
}
