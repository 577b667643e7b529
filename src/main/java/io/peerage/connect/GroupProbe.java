/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.peer.Peer;
import io.peerage.peer.Probe;
import io.peerage.peer.Seat;
import io.peerage.peer.Ticker;
import java.sql.SQLException;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks peers through the driver, and sees by the connections of the pool whether a peer that lets nobody in moves all the
 * same. Costs the applications nothing: what they do leaves its traces anyway. Thread-safe.
 */
final class GroupProbe implements Probe {

    private final Connector connector;
    private final Supplier<Collection<Upkeep.Seating>> seatings;
    private final Ticker ticker;

    GroupProbe(Connector connector, Supplier<Collection<Upkeep.Seating>> seatings, Ticker ticker) {
        this.connector = connector;
        this.seatings = seatings;
        this.ticker = ticker;
    }

    @Override
    public @Nullable SQLException check(Peer peer) throws SQLException {
        return connector.probe(peer);
    }

    /**
     * A connection has moved if a unit of work ended on it, or was begun by it, in the later half of the time, or if
     * another call runs on it than did: a peer that froze in the middle must not pass for one that lives.
     */
    @Override
    public BooleanSupplier watch(Peer peer) {
        long began = ticker.nanos();
        IdentityHashMap<PhysicalConnection, Integer> calls = new IdentityHashMap<>();
        for (PhysicalConnection link : links(peer)) {
            calls.put(link, link.session().activity().running());
        }
        return () -> {
            long half = began + (ticker.nanos() - began) / 2;
            for (PhysicalConnection link : links(peer)) {
                Integer before = calls.get(link);
                boolean ended = before != null
                        && before != 0
                        && before != link.session().activity().running();
                if (!link.isClosed() && (ended || link.provenAtNanos() - half > 0)) {
                    return true;
                }
            }
            return false;
        };
    }

    private Iterable<PhysicalConnection> links(Peer peer) {
        return () -> seatings.get().stream()
                .flatMap(seating -> seating.bench().all().stream())
                .map(Seat::holding)
                .filter(link -> link != null && link.peer() == peer)
                .map(link -> (PhysicalConnection) link)
                .iterator();
    }
}
