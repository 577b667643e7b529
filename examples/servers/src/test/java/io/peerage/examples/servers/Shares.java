/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import io.peerage.local.LocalPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Which part of the requests each peer served. Stateless. */
final class Shares {

    private Shares() {}

    /** Returns percents by the peers' names, of this many requests with one unit of work each, from some clients. */
    static Map<String, Double> measure(
            ShopClient shop, String request, int requests, int clients, List<LocalPeer> peers)
            throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            List<Future<Map<String, Integer>>> counting = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                counting.add(threads.submit(() -> {
                    Map<String, Integer> served = new TreeMap<>();
                    for (int unit = 0; unit < requests / clients; unit++) {
                        served.merge(shop.get(request).getProperty("port"), 1, Integer::sum);
                    }
                    return served;
                }));
            }
            Map<String, Integer> all = new TreeMap<>();
            for (Future<Map<String, Integer>> each : counting) {
                each.get().forEach((port, count) -> all.merge(port, count, Integer::sum));
            }
            Map<String, Double> shares = new TreeMap<>();
            for (LocalPeer peer : peers) {
                int served = all.getOrDefault(String.valueOf(peer.port()), 0);
                shares.put(peer.name(), Math.round(1_000.0 * served / requests) / 10.0);
            }
            return shares;
        } finally {
            threads.shutdownNow();
        }
    }
}
