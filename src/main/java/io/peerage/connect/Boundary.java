/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.peer.SlotRegistry;
import io.peerage.peer.ExceptionSorter;
import io.peerage.peer.Health;
import io.peerage.peer.Link;
import io.peerage.peer.Peer;
import io.peerage.peer.PeerGroup;
import io.peerage.peer.Phase;
import io.peerage.peer.Slot;
import io.peerage.peer.Ticker;
import io.peerage.peer.Unforeseen;
import io.peerage.peer.Verdict;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.util.concurrent.TimeUnit;

/**
 * What happens where a unit of work begins: a peer is drawn, the connection traded for one to it, and the connection
 * proven alive or replaced, before the application sees anything.
 *
 * <p>Thread-safe. Does no I/O but a look at the idle socket, unless the connection is in doubt or gone, or its socket
 * cannot be looked at: then each unit of work begins with a ping.
 */
final class Boundary {

    /** What a look at an idle connection finds is known here; the sorter is for what drivers and servers say. */
    private static final Verdict ENDED = new Verdict("idle connection ended", true, Verdict.Standing.SUSPECT, true);

    /** A server that ends what nobody has used for so long is as well as ever: nothing to ask it about. */
    private static final Verdict IDLE = new Verdict("idle too long", true, Verdict.Standing.SOUND, true);

    private static final Verdict SILENT = new Verdict("no answer to a ping", true, Verdict.Standing.SUSPECT, true);

    private final PeerGroup group;
    private final Acquirer acquirer;
    private final ExceptionSorter sorter;
    private final Ticker ticker;
    private final long pingAfterIdleNanos;
    private final int pingTimeoutSeconds;

    /** @param pingAfterIdleNanos how long a connection whose socket is quiet may be unused before it is pinged; 0 = always */
    Boundary(
            PeerGroup group,
            Acquirer acquirer,
            ExceptionSorter sorter,
            Ticker ticker,
            long pingAfterIdleNanos,
            long pingTimeoutMillis) {
        this.group = group;
        this.acquirer = acquirer;
        this.sorter = sorter;
        this.ticker = ticker;
        this.pingAfterIdleNanos = pingAfterIdleNanos;
        // JDBC's isValid takes whole seconds, and 0 would mean for ever.
        this.pingTimeoutSeconds = (int) Math.max(1, TimeUnit.MILLISECONDS.toSeconds(pingTimeoutMillis + 999));
    }

    /**
     * Begins a unit of work on {@code slot}.
     *
     * @param deadline reading of the ticker at which to give up
     * @return the connection that serves it
     * @throws SQLException if no peer can serve, or the slot is gone
     */
    PhysicalConnection pass(Slot slot, SlotRegistry registry, Credentials credentials, long deadline) throws SQLException {
        Link taken = slot.take();
        if (taken == null) {
            throw gone();
        }
        while (true) {
            PhysicalConnection link = deal(slot, taken, registry, credentials, deadline);
            if (!slot.occupy(link)) {
                link.discard();
                throw gone();
            }
            // Looked at again now that the unit has begun: an operator who drained the peer in between was promised
            // that none begins later, and one who wants a single writer that all begin on the one of now.
            if (group.mayServe(link.peer()) || group.draw() == null) {
                link.begin(ticker.nanos());
                return link;
            }
            if (!slot.retake(link)) {
                throw gone();
            }
            taken = link;
        }
    }

    private PhysicalConnection deal(Slot slot, Link taken, SlotRegistry registry, Credentials credentials, long deadline)
            throws SQLException {
        Link inHand = taken;
        try {
            inHand = group.deal(taken, registry);
            return fresh((PhysicalConnection) inHand, credentials, deadline);
        } catch (SQLException | RuntimeException | Error e) {
            putBack(slot, (PhysicalConnection) inHand);
            throw e;
        }
    }

    private PhysicalConnection fresh(PhysicalConnection link, Credentials credentials, long deadline)
            throws SQLException {
        Peer peer = link.peer();
        if (group.keeps(peer)) {
            if (alive(link)) {
                return link;
            }
        } else if (group.mayServe(peer)) {
            PhysicalConnection better = acquirer.openBetter(credentials);
            if (better != null) {
                link.discard();
                return better;
            }
            if (alive(link)) {
                return link;
            }
        }
        link.discard();
        return acquirer.open(credentials, deadline);
    }

    /** The connection, closed or not, stays in its place, and the next boundary tries again. */
    private static void putBack(Slot slot, PhysicalConnection link) {
        if (!slot.giveBack(link)) {
            link.discard();
        }
    }

    /**
     * Goes on with a unit of work in which nothing has run yet on another connection, for {@code lost} was.
     *
     * @throws SQLException if no peer can serve, or the slot is gone
     */
    PhysicalConnection replace(Slot slot, SlotRegistry registry, Credentials credentials, PhysicalConnection lost, long deadline)
            throws SQLException {
        lost.close();
        if (!slot.retake(lost) || !slot.giveBack(lost)) {
            throw gone();
        }
        return pass(slot, registry, credentials, deadline);
    }

    /**
     * Describes the server of the connection that rests in {@code slot}, proven alive or replaced, without a unit of
     * work: nothing is dealt, and nobody can begin one meanwhile.
     *
     * @throws SQLException if no peer can serve, the server does not say, or the slot is gone
     */
    ServerDescription describe(Slot slot, Credentials credentials, long deadline) throws SQLException {
        Link taken = slot.take();
        if (taken == null) {
            throw gone();
        }
        PhysicalConnection link = (PhysicalConnection) taken;
        try {
            link = fresh(link, credentials, deadline);
            return describe(link);
        } finally {
            putBack(slot, link);
        }
    }

    private ServerDescription describe(PhysicalConnection link) throws SQLException {
        try {
            return link.describe();
        } catch (SQLException e) {
            failed(link, sorter.sort(e, Phase.USE), e);
            throw e;
        }
    }

    private static SQLException gone() {
        return new SQLNonTransientConnectionException("the managed connection has been destroyed", "08003");
    }

    private boolean alive(PhysicalConnection link) {
        LinkSocket.Peek peek = link.peek();
        if (peek == LinkSocket.Peek.ENDED) {
            if (!link.isClosed()) {
                failed(
                        link,
                        ended(link, ENDED),
                        new SQLNonTransientConnectionException("the server has ended this idle connection", "08003"));
            }
            return false;
        }
        long now = ticker.nanos();
        long generation = link.peer().generation();
        // Without a socket to look at, only the server can tell; a driver's own word on it is a guess.
        boolean doubtful = peek == LinkSocket.Peek.UNKNOWN
                || generation != link.generation()
                || now - link.provenAtNanos() >= pingAfterIdleNanos
                || link.peer().health() instanceof Health.Suspected;
        return !doubtful || answers(link, generation);
    }

    private boolean answers(PhysicalConnection link, long generation) {
        long began = ticker.nanos();
        try {
            if (link.session().connection().isValid(pingTimeoutSeconds)) {
                link.proven(generation, ticker.nanos());
                return true;
            }
            SQLException failure =
                    new SQLNonTransientConnectionException("an idle connection did not answer a ping", "08003");
            if (ticker.nanos() - began >= TimeUnit.SECONDS.toNanos(pingTimeoutSeconds)) {
                group.silent(link.peer(), link.generation(), SILENT, failure);
            } else {
                failed(link, ended(link, SILENT), failure);
            }
        } catch (SQLException e) {
            failed(link, ended(link, sorter.sort(e, Phase.USE)), e);
        } catch (RuntimeException | Error e) {
            // A defect of the driver, or an error of the JVM amid an answer: who reads on reads rubbish.
            failed(link, SILENT, Unforeseen.of(e));
        }
        return false;
    }

    /** Returns what the end of an idle connection means: what {@code otherwise} says, if it was not idle for too long. */
    private Verdict ended(PhysicalConnection link, Verdict otherwise) {
        return otherwise.peer() == Verdict.Standing.SUSPECT && link.isIdleTooLong(ticker.nanos()) ? IDLE : otherwise;
    }

    private void failed(PhysicalConnection link, Verdict verdict, SQLException failure) {
        group.failed(link.peer(), link.generation(), verdict, failure);
    }
}
