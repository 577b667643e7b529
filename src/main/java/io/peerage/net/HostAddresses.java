/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.net;

import io.peerage.peer.Ticker;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * At which addresses the servers of a group are looked for, and which of them failed lately: those come last.
 * Thread-safe.
 */
public final class HostAddresses {

    /** For how long a failure counts. */
    private static final long REMEMBERED_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final int MOST_REMEMBERED = 256;

    private final Resolver resolver;
    private final Ticker ticker;
    /** When an address failed, the latest last. Guarded by {@code this}. */
    private final Map<InetSocketAddress, Long> failed = new LinkedHashMap<>();

    /** @param ticker tells how long ago a failure was */
    public HostAddresses(Resolver resolver, Ticker ticker) {
        this.resolver = resolver;
        this.ticker = ticker;
    }

    /**
     * Returns the addresses of {@code host} in the order in which to try them: as the name service gave them, but
     * behind them those that failed within the last minute, the latest last.
     *
     * @throws UnknownHostException if it has none
     */
    List<InetSocketAddress> of(String host, int port) throws UnknownHostException {
        List<InetSocketAddress> all = new ArrayList<>();
        for (InetAddress address : resolver.addresses(host)) {
            all.add(new InetSocketAddress(address, port));
        }
        List<InetSocketAddress> failures = failedLately();
        // Those that have not failed stay as they are: all of them are at -1.
        all.sort(Comparator.comparingInt(failures::indexOf));
        return all;
    }

    private synchronized List<InetSocketAddress> failedLately() {
        long now = ticker.nanos();
        failed.values().removeIf(at -> now - at > REMEMBERED_NANOS);
        return List.copyOf(failed.keySet());
    }

    /** Has {@code address} tried last for a minute. */
    synchronized void failed(InetSocketAddress address) {
        failed.remove(address);
        failed.put(address, ticker.nanos());
        if (failed.size() > MOST_REMEMBERED) {
            failed.remove(failed.keySet().iterator().next());
        }
    }
}
