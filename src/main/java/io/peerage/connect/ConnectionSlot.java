/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.jdbc.Session;
import io.peerage.peer.Link;
import io.peerage.peer.PeerGroup;
import io.peerage.peer.Scheduler;
import io.peerage.peer.Slot;
import io.peerage.peer.SlotRegistry;
import io.peerage.peer.Ticker;
import io.peerage.server.ServerDescription;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransactionRollbackException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A managed connection's slot in its group: the physical connection that serves it, whom that can be traded with, and
 * how a unit of work begins on it, ends, fails and is given up. Thread-safe.
 */
public final class ConnectionSlot {

    private final Shared shared;
    private final SlotRegistry registry;
    private final Credentials credentials;
    final Slot slot;
    /** Held by whoever passes a boundary, so that another thread shares the outcome instead of finding no connection. */
    private final ReentrantLock passing = new ReentrantLock();

    /** Ended under its application, whose transaction was rolled back from another thread. */
    private volatile @Nullable PhysicalConnection revoked;

    /**
     * What all slots of a group work with. Immutable, its parts thread-safe.
     *
     * @param acquireTimeoutNanos after how long a request gives up
     */
    record Shared(
            PeerGroup group,
            Acquirer acquirer,
            IdleCheck idleCheck,
            LinkFailures failures,
            Scheduler scheduler,
            Ticker ticker,
            long acquireTimeoutNanos) {}

    /** Takes over {@code first}. */
    ConnectionSlot(Shared shared, SlotRegistry registry, Credentials credentials, PhysicalConnection first) {
        this.shared = shared;
        this.registry = registry;
        this.credentials = credentials;
        this.slot = new Slot(first);
        registry.add(slot);
    }

    /** Returns whom its connections are opened for. */
    public Credentials credentials() {
        return credentials;
    }

    /** Returns whether nothing can run here: the connection was lost and not renewed, or the slot has been left. */
    public boolean isLost() {
        return slot.isLost();
    }

    /** Returns whether {@link #leave} has been called. */
    public boolean isLeft() {
        return slot.isGone();
    }

    /** Returns the connection that serves the unit of work, or null if none has begun or it was lost. */
    public @Nullable PhysicalConnection serving() {
        return (PhysicalConnection) slot.busy();
    }

    /**
     * Returns the connection that serves the unit of work if {@code session} is its, else null: another one serves by
     * now.
     */
    public @Nullable PhysicalConnection serving(Session session) {
        PhysicalConnection link = serving();
        return link != null && link.session() == session ? link : null;
    }

    /** Returns when a request that begins now gives up, by the group's ticker: {@code AcquireTimeoutMillis} from now. */
    public long deadline() {
        return shared.ticker.nanos() + shared.acquireTimeoutNanos;
    }

    /** Returns how many peers there are that might serve. */
    public int peers() {
        return shared.group.peers().size();
    }

    /**
     * Begins the unit of work unless it has begun.
     *
     * @throws SQLException if no peer can serve, or the connection is lost
     */
    public PhysicalConnection begin() throws SQLException {
        PhysicalConnection link = serving();
        if (link != null) {
            return link;
        }
        // From before the wait, so that two who come together give up together.
        long now = shared.ticker.nanos();
        passing.lock();
        try {
            link = serving();
            return link != null ? link : pass(taken(), now, now + shared.acquireTimeoutNanos);
        } finally {
            passing.unlock();
        }
    }

    /**
     * Begins the unit of work in the place of one whose connection was lost; does nothing if none was.
     *
     * @param before called first, if one was lost
     * @throws SQLException if no peer can serve
     */
    public void renew(Runnable before) throws SQLException {
        long now = shared.ticker.nanos();
        passing.lock();
        try {
            if (!slot.isLost() || slot.isGone()) {
                return;
            }
            before.run();
            PhysicalConnection.discard(slot.retakeLost());
            revoked = null;
            pass(null, now, now + shared.acquireTimeoutNanos);
        } catch (SQLException | RuntimeException | Error e) {
            // as it was: that it is lost is no news
            slot.lose();
            throw e;
        } finally {
            passing.unlock();
        }
    }

    /**
     * Replaces the connection, lost before anything ran on it in this unit of work.
     *
     * @param failure what its first call met; recorded against the peer
     * @param deadline see {@link #deadline}
     * @return the connection that serves instead, or null if {@code failure} does not mean that the connection is lost,
     *     or the deadline has passed: nothing is recorded then
     * @throws SQLException if no peer can serve, or the slot is gone
     */
    public @Nullable PhysicalConnection replace(PhysicalConnection dead, SQLException failure, long deadline)
            throws SQLException {
        passing.lock();
        try {
            long now = shared.ticker.nanos();
            if (isLost() || now - deadline >= 0 || !shared.failures.lose(failure)) {
                return null;
            }
            shared.failures.met(dead, failure, false);
            dead.close();
            if (!slot.retake(dead)) {
                throw gone();
            }
            return pass(dead, now, deadline);
        } finally {
            passing.unlock();
        }
    }

    private PhysicalConnection taken() throws SQLException {
        Link taken = slot.take();
        if (taken == null) {
            throw slot.isGone() ? gone() : lost("this managed connection was lost");
        }
        return (PhysicalConnection) taken;
    }

    /** Passes the boundary with {@code taken} in hand, if any: the unit of work begins on it, or on another. */
    private PhysicalConnection pass(@Nullable PhysicalConnection taken, long now, long deadline) throws SQLException {
        PhysicalConnection link = taken;
        while (true) {
            link = link == null ? shared.acquirer.open(credentials, deadline) : dealt(link, now, deadline);
            if (!slot.occupy(link)) {
                link.discard();
                throw gone();
            }
            // Looked at again now that the unit has begun: an operator who drained the peer in between was promised
            // that none begins later, and one who wants a single writer that all begin on the one of now.
            if (shared.group.mayServe(link.peer()) || shared.group.draw() == null) {
                link.begin(now);
                return link;
            }
            if (!slot.retake(link)) {
                throw gone();
            }
        }
    }

    /** Draws a peer and trades {@code taken} for a connection to it, where one rests, that is alive or replaced. */
    private PhysicalConnection dealt(PhysicalConnection taken, long now, long deadline) throws SQLException {
        PhysicalConnection inHand = taken;
        try {
            shared.scheduler.nudge();
            inHand = (PhysicalConnection) shared.group.deal(taken, registry);
            return fresh(inHand, now, deadline);
        } catch (SQLException | RuntimeException | Error e) {
            putBack(inHand);
            throw e;
        }
    }

    /** Returns {@code link} if it is alive and may serve, else another one in its place. */
    private PhysicalConnection fresh(PhysicalConnection link, long now, long deadline) throws SQLException {
        boolean keeps = shared.group.keeps(link.peer());
        if (!keeps && shared.group.mayServe(link.peer())) {
            PhysicalConnection better = shared.acquirer.openBetter(credentials, link.peer());
            if (better != null) {
                link.discard();
                return better;
            }
            keeps = true;
        }
        if (keeps && shared.idleCheck.isAlive(link, now)) {
            return link;
        }
        link.close();
        PhysicalConnection opened = shared.acquirer.open(credentials, deadline);
        link.discard();
        return opened;
    }

    /** The connection, closed or not, stays in its place, and the next boundary tries again. */
    private void putBack(PhysicalConnection link) {
        if (!slot.giveBack(link)) {
            link.discard();
        }
    }

    /**
     * Describes the server of the connection that is here, proven alive or replaced; begins no unit of work, and nobody
     * can begin one meanwhile. What was asked once of a connection is not asked again.
     *
     * @throws SQLException if no peer can serve, the server does not say, or the connection is lost
     */
    public ServerDescription describe() throws SQLException {
        passing.lock();
        try {
            PhysicalConnection serving = serving();
            if (serving != null) {
                return serving.describe();
            }
            long now = shared.ticker.nanos();
            PhysicalConnection link = taken();
            try {
                link = fresh(link, now, now + shared.acquireTimeoutNanos);
                return described(link);
            } finally {
                putBack(link);
            }
        } finally {
            passing.unlock();
        }
    }

    private ServerDescription described(PhysicalConnection resting) throws SQLException {
        try {
            return resting.describe();
        } catch (SQLException e) {
            shared.failures.met(resting, e, false);
            throw e;
        }
    }

    /**
     * Returns the session of the connection that serves the unit of work.
     *
     * @throws SQLException with SQLState 08003 if that was lost; saying that the transaction was rolled back if revoked
     */
    public Session session() throws SQLException {
        PhysicalConnection link = serving();
        if (link == null) {
            // Another thread may be replacing it just now.
            passing.lock();
            try {
                link = serving();
            } finally {
                passing.unlock();
            }
        }
        if (link == null) {
            throw revoked != null ? rolledBack(null) : lost("the connection to the database was lost");
        }
        return link.session();
    }

    /** Ends a unit of work that went well: {@code link} rests, closed if it is not to serve another. */
    public void rest(PhysicalConnection link) {
        link.end(shared.ticker.nanos());
        if (link.isRetired()) {
            link.close();
        }
        slot.rest();
    }

    /** Takes note that the connection is of no more use; returns whether that is news. */
    public boolean lose() {
        return slot.lose();
    }

    /** Ends the connection under whoever uses it. */
    public void revoke() {
        PhysicalConnection link = serving();
        if (link != null) {
            revoked = link;
            // What it was doing is undone with it, so there is nothing to be taken back at its end.
            link.retire();
            link.abort();
        }
    }

    /** Returns whether {@code session} is the one that was ended by {@link #revoke}. */
    public boolean hasRevoked(Session session) {
        PhysicalConnection ended = revoked;
        return ended != null && ended.session() == session;
    }

    /** Returns what an application gets whose connection was ended by {@link #revoke}. */
    public static SQLException rolledBack(@Nullable SQLException cause) {
        return new SQLTransactionRollbackException(
                "the transaction was rolled back while it was at work, probably because its time was over",
                "40000",
                cause);
    }

    /** Gives the slot up for good and closes its connection; returns false if that was done before. */
    public boolean leave() {
        if (!registry.remove(slot)) {
            return false;
        }
        PhysicalConnection.discard(slot.leave());
        return true;
    }

    private static SQLException gone() {
        return lost("the managed connection was lost or destroyed");
    }

    private static SQLException lost(String text) {
        return new SQLNonTransientConnectionException(text, "08003");
    }
}
