/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.net.LinkSocket;
import io.peerage.peer.ExceptionSorter;
import io.peerage.peer.Health;
import io.peerage.peer.PeerGroup;
import io.peerage.peer.Phase;
import io.peerage.peer.Ticker;
import io.peerage.peer.Unforeseen;
import io.peerage.peer.Verdict;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.util.concurrent.TimeUnit;

/**
 * Finds out whether a connection that rested is still alive, and records against its peer what it finds.
 *
 * <p>Thread-safe. Does no I/O but a look at the idle socket, unless the connection is in doubt, or its socket cannot be
 * looked at: then each unit of work begins with a ping.
 *
 * @param pingAfterIdleNanos how long a connection whose socket is quiet may be unused before it is pinged; 0 = always
 */
record IdleCheck(
        PeerGroup group, ExceptionSorter sorter, Ticker ticker, long pingAfterIdleNanos, long pingTimeoutMillis) {

    /** What a look at an idle connection finds is known here; the sorter is for what drivers and servers say. */
    private static final Verdict ENDED = new Verdict("idle connection ended", true, Verdict.Standing.SUSPECT, true);

    /** A server that ends what nobody has used for so long is as well as ever: nothing to ask it about. */
    private static final Verdict IDLE = new Verdict("idle too long", true, Verdict.Standing.SOUND, true);

    private static final Verdict SILENT = new Verdict("no answer to a ping", true, Verdict.Standing.SUSPECT, true);

    /** @param now a reading of the clock */
    boolean isAlive(PhysicalConnection link, long now) {
        LinkSocket.Peek peek = link.peek();
        if (peek == LinkSocket.Peek.ENDED) {
            if (!link.isClosed()) {
                ended(link, ENDED, failure("the server has ended this idle connection"));
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
        // JDBC's isValid takes whole seconds, and 0 would mean for ever.
        int timeoutSeconds = (int) Math.max(1, TimeUnit.MILLISECONDS.toSeconds(pingTimeoutMillis + 999));
        try {
            if (link.session().connection().isValid(timeoutSeconds)) {
                link.proven(generation, ticker.nanos());
                return true;
            }
            SQLException failure = failure("an idle connection did not answer a ping");
            if (ticker.nanos() - began >= TimeUnit.SECONDS.toNanos(timeoutSeconds)) {
                group.silent(link.peer(), link.generation(), SILENT, failure);
            } else {
                ended(link, SILENT, failure);
            }
        } catch (SQLException e) {
            ended(link, sorter.sort(e, Phase.USE), e);
        } catch (RuntimeException | Error e) {
            // A defect of the driver, or an error of the JVM amid an answer: who reads on reads rubbish.
            group.failed(link.peer(), link.generation(), SILENT, Unforeseen.of(e));
        }
        return false;
    }

    private static SQLException failure(String text) {
        return new SQLNonTransientConnectionException(text, "08003");
    }

    /** Records the end of an idle connection: it means what {@code verdict} says, if it was not idle for too long. */
    private void ended(PhysicalConnection link, Verdict verdict, SQLException failure) {
        boolean expected = verdict.peer() == Verdict.Standing.SUSPECT && link.isIdleTooLong(ticker.nanos());
        group.failed(link.peer(), link.generation(), expected ? IDLE : verdict, failure);
    }
}
