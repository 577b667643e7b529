/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.peer.Peer;
import io.peerage.peer.Probe;
import io.peerage.peer.SlotRegistry;
import io.peerage.peer.Ticker;
import java.sql.SQLException;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks peers through the driver, and sees by the connections of the pool whether a peer that lets nobody in moves all
 * the same. Costs the applications nothing: what they do leaves its traces anyway. Thread-safe.
 */
record HealthProbe(Logins.Opener opener, Map<Credentials, SlotRegistry> registries, Ticker ticker) implements Probe {

    /** Opens a connection of its own, and closes it. */
    @Override
    public @Nullable SQLException check(Peer peer) throws SQLException {
        PhysicalConnection opened = opener.open(peer, Credentials.CONFIGURED);
        opened.close();
        return opened.login().lastResort();
    }

    /**
     * A connection has moved if a unit of work ended well on it, or it was opened, in the later half of the time, or if
     * another call runs on it than did: a peer that froze in the middle must not pass for one that lives. Only what was
     * served counts. That a statement failed because nobody could serve it proves the contrary, and a ping is answered
     * by a proxy that has no server left.
     */
    @Override
    public BooleanSupplier watch(Peer peer) {
        long began = ticker.nanos();
        IdentityHashMap<PhysicalConnection, Moment> before = new IdentityHashMap<>();
        for (PhysicalConnection link : links(peer)) {
            before.put(link, new Moment(link.session().activity().running(), link.doubts()));
        }
        return () -> {
            long half = began + (ticker.nanos() - began) / 2;
            for (PhysicalConnection link : links(peer)) {
                Moment then = before.get(link);
                if (!link.isClosed()
                        && ((then != null && then.wasAnsweredOn(link)) || link.servedAtNanos() - half > 0)) {
                    return true;
                }
            }
            return false;
        };
    }

    /**
     * What was seen of a connection when the watch began: the number of the call that ran, 0 if none did, and the
     * doubts.
     */
    private record Moment(int call, int doubts) {

        boolean wasAnsweredOn(PhysicalConnection link) {
            return call != 0 && call != link.session().activity().running() && doubts == link.doubts();
        }
    }

    private List<PhysicalConnection> links(Peer peer) {
        return registries.values().stream()
                .flatMap(registry -> registry.links(peer).stream())
                .map(PhysicalConnection.class::cast)
                .toList();
    }
}
