/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The time a connection handle spends with one managed connection, and the statements it has open there: they belong
 * to the physical connection, so they end with the association.
 *
 * <p>The statements form a list through fields of their own, so opening and closing one costs no allocation and the
 * same time however many there are. Thread-safe; no lock is held while the driver is called.
 */
final class Association implements HandleState {

    final Connection connection;
    final Owner owner;
    private final ApplicationFaults faults = new ApplicationFaults();

    /** Guarded by this. */
    private @Nullable Tracked newest;

    /** Guarded by this. */
    private boolean ended;

    Association(Connection connection, Owner owner) {
        this.connection = connection;
        this.owner = owner;
    }

    /** The funnel: reports what the driver threw, returns what to throw. */
    SQLException failed(SQLException failure, Session session) {
        return owner.failed(failure, session, faults.areBehind(failure));
    }

    /** Reports that the driver left a call by something else than SQLException, which is thrown on. */
    void spoiled(Session session) {
        owner.spoiled(session);
    }

    /** Returns what to give the driver in place of {@code parameter}, so that a fault of the application's is known. */
    <T extends @Nullable Object> T watch(T parameter) {
        return faults.watch(parameter);
    }

    /** Calls the driver through {@code session}, and reports what it throws. */
    <T> @Nullable T call(Session session, SqlFunction<Session, T> function) throws SQLException {
        try {
            return function.of(session);
        } catch (SQLException e) {
            throw failed(e, session);
        } catch (RuntimeException | Error e) {
            spoiled(session);
            throw e;
        }
    }

    /** As {@link #call}, of what has no answer. */
    void run(Session session, SqlAction<Session> action) throws SQLException {
        call(session, action);
    }

    /** To be called before SQL runs in the application's transaction. */
    void settle(Session session) throws SQLException {
        if (session.isUnsettled()) {
            run(session, Session::settle);
        }
    }

    /** To be called after a statement has run. */
    void answered(Session session, boolean withLimits) throws SQLException {
        try {
            session.answered(withLimits);
        } catch (SQLException e) {
            throw failed(e, session);
        }
    }

    /** Keeps {@code handle} until it is released; if the association has ended meanwhile, releases it at once. */
    <T extends Tracked> T track(T handle) throws SQLException {
        if (!add(handle)) {
            handle.releaseQuietly();
            throw Refusals.closed("The connection was closed while a statement was being opened on it");
        }
        return handle;
    }

    private synchronized boolean add(Tracked handle) {
        if (ended) {
            return false;
        }
        handle.older = newest;
        if (newest != null) {
            newest.newer = handle;
        }
        newest = handle;
        return true;
    }

    /** Forgets {@code handle}, which may be forgotten already. */
    synchronized void forget(Tracked handle) {
        Tracked newer = handle.newer;
        Tracked older = handle.older;
        if (newer != null) {
            newer.older = older;
        } else if (newest == handle) {
            newest = older;
        }
        if (older != null) {
            older.newer = newer;
        }
        handle.newer = null;
        handle.older = null;
    }

    /** Returns whether the application has statements open, so that the physical connection must not change. */
    synchronized boolean hasOpenStatements() {
        for (Tracked handle = newest; handle != null; handle = handle.older) {
            if (handle.keepsConnection()) {
                return true;
            }
        }
        return false;
    }

    /** Ends the association: everything open is closed, newest first; what fails to close has passed the funnel. */
    void end() {
        for (Tracked handle = takeNewest(); handle != null; handle = takeNewest()) {
            handle.releaseQuietly();
        }
    }

    /** Ends the association without a word to the driver, which may hang. */
    void abandon() {
        for (Tracked handle = takeNewest(); handle != null; handle = takeNewest()) {
            handle.abandon();
        }
    }

    private synchronized @Nullable Tracked takeNewest() {
        ended = true;
        Tracked handle = newest;
        if (handle != null) {
            forget(handle);
        }
        return handle;
    }
}
