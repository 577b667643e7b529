/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container;

import io.peerage.local.LocalPeer;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the load servlet counted, at one moment. Immutable. */
record LoadAnswer(Properties counts) {

    /** Returns how many units a server has answered. */
    long served(LocalPeer peer) {
        return number("served." + peer.port());
    }

    long served(List<LocalPeer> peers) {
        return peers.stream().mapToLong(this::served).sum();
    }

    /** Returns how many units that began since the mark were dealt the peer at this port. */
    long placedSinceMark(int port) {
        return number("placed." + port);
    }

    long errors() {
        return number("errors");
    }

    /** Returns how many units failed on connections to the peer at this port. */
    long errorsAt(int port) {
        return number("errorsAt." + port);
    }

    /** Returns how many of the units failed that began since the mark. */
    long errorsSinceMark() {
        return number("errorsSinceMark");
    }

    /** Returns how many transactions that wrote were told to be committed. */
    long committed() {
        return number("committed");
    }

    long worstMillis() {
        return number("worstMillis");
    }

    long worstErrorMillis() {
        return number("worstErrorMillis");
    }

    /** Returns how long after the mark the last of the units succeeded that had begun before it. */
    long waitersMillis() {
        return number("waitersMillis");
    }

    String state(String peer) {
        return counts.getProperty("state." + peer);
    }

    int connections(String peer) {
        return (int) number("connections." + peer);
    }

    String text(String key) {
        return counts.getProperty(key, "");
    }

    /** Returns the different failures, in the order met. */
    String errorTexts() {
        return counts.stringPropertyNames().stream()
                .filter(key -> key.startsWith("error."))
                .sorted()
                .map(counts::getProperty)
                .collect(Collectors.joining("\n"));
    }

    /** Returns each peer's share of the units since {@code before} in percent, to one decimal. */
    Map<String, Double> sharesSince(LoadAnswer before, List<LocalPeer> peers) {
        double all = served(peers) - before.served(peers);
        Map<String, Double> shares = new TreeMap<>();
        peers.forEach(peer ->
                shares.put(peer.name(), Math.round(1_000 * (served(peer) - before.served(peer)) / all) / 10.0));
        return shares;
    }

    /** Returns each peer's share of all units in percent. */
    Map<String, Double> shares(List<LocalPeer> peers) {
        return sharesSince(new LoadAnswer(new Properties()), peers);
    }

    private long number(String key) {
        return Long.parseLong(counts.getProperty(key, "0"));
    }
}
