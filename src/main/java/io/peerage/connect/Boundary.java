/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.net.LinkSocket;
import io.peerage.peer.ExceptionSorter;
import io.peerage.peer.Health;
import io.peerage.peer.Link;
import io.peerage.peer.Peer;
import io.peerage.peer.PeerGroup;
import io.peerage.peer.Phase;
import io.peerage.peer.Scheduler;
import io.peerage.peer.SlotRegistry;
import io.peerage.peer.Ticker;
import io.peerage.peer.Unforeseen;
import io.peerage.peer.Verdict;
import io.peerage.server.ServerDescription;
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
    private final Scheduler scheduler;
    private final Ticker ticker;
    private final long acquireTimeoutNanos;
    private final long pingAfterIdleNanos;
    private final int pingTimeoutSeconds;

    /** @param pingAfterIdleNanos how long a connection whose socket is quiet may be unused before it is pinged; 0 = always */
    Boundary(
            PeerGroup group,
            Acquirer acquirer,
            ExceptionSorter sorter,
            Scheduler scheduler,
            Ticker ticker,
            long acquireTimeoutNanos,
            long pingAfterIdleNanos,
            long pingTimeoutMillis) {
        this.group = group;
        this.acquirer = acquirer;
        this.sorter = sorter;
        this.scheduler = scheduler;
        this.ticker = ticker;
        this.acquireTimeoutNanos = acquireTimeoutNanos;
        this.pingAfterIdleNanos = pingAfterIdleNanos;
        // JDBC's isValid takes whole seconds, and 0 would mean for ever.
        this.pingTimeoutSeconds = (int) Math.max(1, TimeUnit.MILLISECONDS.toSeconds(pingTimeoutMillis + 999));
    }

    long now() {
        return ticker.nanos();
    }

    /** Returns when a request gives up that began at {@code now}. */
    long deadline(long now) {
        return now + acquireTimeoutNanos;
    }

    int peers() {
        return group.peers().size();
    }

    /** Returns the link with which a unit of work goes on that has {@code mine} in hand. */
    Link deal(Link mine, SlotRegistry registry) {
        scheduler.nudge();
        return group.deal(mine, registry);
    }

    /** Returns whether a unit of work may run on {@code link} that was dealt for it a moment ago. */
    boolean admits(PhysicalConnection link) {
        return group.mayServe(link.peer()) || group.draw() == null;
    }

    /** @throws SQLException if no peer could be connected to before {@code deadline} */
    PhysicalConnection open(Credentials credentials, long deadline) throws SQLException {
        return acquirer.open(credentials, deadline);
    }

    /**
     * Returns {@code link} if it is alive and may serve, else another one in its place.
     *
     * @param now a reading of the clock
     * @throws SQLException if no peer can serve
     */
    PhysicalConnection fresh(PhysicalConnection link, Credentials credentials, long now, long deadline)
            throws SQLException {
        Peer peer = link.peer();
        if (group.keeps(peer)) {
            if (alive(link, now)) {
                return link;
            }
        } else if (group.mayServe(peer)) {
            PhysicalConnection better = acquirer.openBetter(credentials);
            if (better != null) {
                link.discard();
                return better;
            }
            if (alive(link, now)) {
                return link;
            }
        }
        link.close();
        PhysicalConnection opened = acquirer.open(credentials, deadline);
        link.discard();
        return opened;
    }

    /** Returns what {@code link} says of its server. */
    ServerDescription describe(PhysicalConnection link) throws SQLException {
        try {
            return link.describe();
        } catch (SQLException e) {
            record(link, sorter.sort(e, Phase.USE), e);
            throw e;
        }
    }

    private boolean alive(PhysicalConnection link, long now) {
        LinkSocket.Peek peek = link.peek();
        if (peek == LinkSocket.Peek.ENDED) {
            if (!link.isClosed()) {
                record(
                        link,
                        ended(link, ENDED),
                        new SQLNonTransientConnectionException("the server has ended this idle connection", "08003"));
            }
            return false;
        }
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
                record(link, ended(link, SILENT), failure);
            }
        } catch (SQLException e) {
            record(link, ended(link, sorter.sort(e, Phase.USE)), e);
        } catch (RuntimeException | Error e) {
            // A defect of the driver, or an error of the JVM amid an answer: who reads on reads rubbish.
            record(link, SILENT, Unforeseen.of(e));
        }
        return false;
    }

    /** Returns what the end of an idle connection means: what {@code otherwise} says, if it was not idle for too long. */
    private Verdict ended(PhysicalConnection link, Verdict otherwise) {
        return otherwise.peer() == Verdict.Standing.SUSPECT && link.isIdleTooLong(ticker.nanos()) ? IDLE : otherwise;
    }

    private void record(PhysicalConnection link, Verdict verdict, SQLException failure) {
        group.failed(link.peer(), link.generation(), verdict, failure);
    }
}
