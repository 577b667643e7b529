/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.sql.SQLException;
import java.sql.Wrapper;
import org.jspecify.annotations.Nullable;

/**
 * A handle on something that belongs to one physical connection and dies with it: a statement or a result set.
 * Thread-safe as far as the driver is; it may be released from any thread, which happens once.
 *
 * @param <D> the JDBC interface of the driver's object
 */
abstract class PinnedHandle<D extends Wrapper> extends Handle<D> {

    private static final VarHandle DELEGATE;

    static {
        try {
            DELEGATE = MethodHandles.lookup().findVarHandle(PinnedHandle.class, "delegate", Wrapper.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Association association;
    private final Session session;

    /** Null once this handle is closed. */
    private volatile @Nullable D delegate;

    /** Neighbours in the list of the association, which guards them. */
    @Nullable PinnedHandle<?> newer;

    @Nullable PinnedHandle<?> older;

    PinnedHandle(Association association, Session session, D delegate) {
        this.association = association;
        this.session = session;
        this.delegate = delegate;
    }

    @Override
    final Association association() {
        return association;
    }

    @Override
    final Session session(Association ignored) {
        return session;
    }

    @Override
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

    final boolean isReleased() {
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

    /** Closes the driver's object where nobody waits for the outcome; the owner has heard of a failure. */
    final void releaseQuietly() {
        try {
            release();
        } catch (SQLException | RuntimeException | Error ignored) {
            // It passed the funnel, or is a defect of the driver: either way the others must be closed too, and the
            // container must hear that its connection is free.
        }
    }

    /** Returns whether the application counts on the physical connection as long as this is open. */
    boolean keepsConnection() {
        return true;
    }

    /** To be called after a statement has run. */
    void answered(Association a, Session s) throws SQLException {
        a.answered(s, false);
    }

    abstract void close(D open) throws SQLException;

    /** Returns what to throw at who uses this handle after it was closed, by itself or with its connection. */
    final SQLException closed() {
        return association.connection.isClosed()
                ? Refusals.closed("The connection of the statement is closed, or was taken back by the container")
                : closedRefusal();
    }

    /** Returns what to throw at who uses this handle after it was closed while its connection lives. */
    abstract SQLException closedRefusal();

    /** As the driver describes its object: applications log prepared statements for their SQL and parameters. */
    @Override
    public String toString() {
        D open = delegate;
        return open == null ? super.toString() + " (closed)" : open.toString();
    }
}
