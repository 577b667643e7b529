/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import io.peerage.connect.Credentials;
import io.peerage.connect.LiveGroup;
import io.peerage.connect.PhysicalConnection;
import io.peerage.connect.ServerDescription;
import io.peerage.jdbc.Session;
import io.peerage.peer.SlotRegistry;
import io.peerage.peer.Slot;
import io.peerage.peer.Verdict;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A managed connection's place in its group: the slot with the physical connection that serves it, and whether that was
 * lost, revoked, or given up for good. Thread-safe.
 */
final class Place {

    private final LiveGroup group;
    private final Credentials credentials;
    private final Slot slot;
    private final SlotRegistry registry;
    /** Held by whoever passes a boundary, so that another thread shares the outcome instead of finding no connection. */
    private final ReentrantLock boundary = new ReentrantLock();

    /** Ended under its application, whose transaction was rolled back from another thread. */
    private volatile @Nullable PhysicalConnection revoked;

    private final AtomicBoolean lost = new AtomicBoolean();
    private final AtomicBoolean left = new AtomicBoolean();

    /** Takes over {@code first}, and its membership in the group. */
    Place(LiveGroup group, Credentials credentials, PhysicalConnection first) {
        this.group = group;
        this.credentials = credentials;
        this.slot = new Slot(first);
        this.registry = group.sit(slot, credentials);
    }

    Credentials credentials() {
        return credentials;
    }

    LiveGroup group() {
        return group;
    }

    /** Returns whether nothing can run here: the connection was lost and not renewed, or the place has been left. */
    boolean isLost() {
        return lost.get() || left.get();
    }

    /** Returns whether {@link #leave} has been called. */
    boolean isLeft() {
        return left.get();
    }

    /** Returns the connection that serves the unit of work, or null if none has begun or it was lost. */
    @Nullable PhysicalConnection serving() {
        return !lost.get() && slot.busy() instanceof PhysicalConnection link ? link : null;
    }

    /**
     * Begins the unit of work unless it has begun.
     *
     * @throws SQLException if no peer can serve, or the connection is lost
     */
    PhysicalConnection begin() throws SQLException {
        refuseLost();
        PhysicalConnection link = serving();
        if (link != null) {
            return link;
        }
        // From before the wait, so that two who come together give up together.
        long deadline = group.deadline();
        boundary.lock();
        try {
            link = serving();
            return link != null ? link : group.begin(slot, registry, credentials, deadline);
        } finally {
            boundary.unlock();
        }
    }

    /**
     * Begins the unit of work in the place of one whose connection was lost; does nothing if none was.
     *
     * @param before called first, if one was lost
     * @throws SQLException if no peer can serve
     */
    void renew(Runnable before) throws SQLException {
        if (!lost.get() || left.get()) {
            return;
        }
        long deadline = group.deadline();
        boundary.lock();
        try {
            if (!lost.get()) {
                return;
            }
            before.run();
            if (slot.busy() instanceof PhysicalConnection dead) {
                group.succeed(slot, registry, credentials, dead, deadline);
            } else {
                group.begin(slot, registry, credentials, deadline);
            }
            revoked = null;
            lost.set(false);
        } finally {
            boundary.unlock();
        }
    }

    /** As {@link io.peerage.xa.UnitOfWork#replace}. */
    @Nullable PhysicalConnection replace(PhysicalConnection dead, SQLException failure, long deadline) throws SQLException {
        boundary.lock();
        try {
            return isLost() ? null : group.replace(slot, registry, credentials, dead, failure, deadline);
        } finally {
            boundary.unlock();
        }
    }

    /** Describes the server of the connection that is here; begins no unit of work. */
    ServerDescription describe() throws SQLException {
        boundary.lock();
        try {
            refuseLost();
            PhysicalConnection link = serving();
            return link == null ? group.describe(slot, credentials) : link.describe();
        } finally {
            boundary.unlock();
        }
    }

    /**
     * Returns the session of the connection that serves the unit of work.
     *
     * @throws SQLException with SQLState 08003 if that was lost; saying that the transaction was rolled back if revoked
     */
    Session session() throws SQLException {
        PhysicalConnection link = serving();
        if (link == null) {
            // Another thread may be replacing it just now.
            boundary.lock();
            try {
                link = serving();
            } finally {
                boundary.unlock();
            }
        }
        if (link == null) {
            throw revoked != null
                    ? Failures.rolledBack(null)
                    : new SQLNonTransientConnectionException("the connection to the database was lost", "08003");
        }
        return link.session();
    }

    /** Ends the unit of work of {@code link} in order. */
    void rest(PhysicalConnection link) {
        group.end(slot, link);
    }

    /** Sorts and records a failure of the connection in use, as {@link LiveGroup#failed} does. */
    Verdict failed(PhysicalConnection link, SQLException failure, boolean byApplication) {
        return group.failed(link, failure, byApplication);
    }

    /** Takes note that the connection is of no more use; returns whether that is news. */
    boolean lose() {
        return lost.compareAndSet(false, true);
    }

    /** Ends the connection under whoever uses it. */
    void revoke() {
        PhysicalConnection link = serving();
        if (link != null) {
            revoked = link;
            link.abort();
        }
    }

    /** Returns whether {@code session} is the one that was ended by {@link #revoke}. */
    boolean hasRevoked(Session session) {
        PhysicalConnection ended = revoked;
        return ended != null && ended.session() == session;
    }

    /** Gives the place up for good, before the connection is closed by {@link #close}; returns whether that is news. */
    boolean leave() {
        return left.compareAndSet(false, true);
    }

    /** Closes what {@link #leave} gave up. */
    void close() {
        group.rise(slot, credentials, registry);
        if (slot.leave() instanceof PhysicalConnection link) {
            link.discard();
        }
        group.leave();
    }

    private void refuseLost() throws SQLException {
        if (isLost()) {
            throw new SQLNonTransientConnectionException("this managed connection was lost", "08003");
        }
    }
}
