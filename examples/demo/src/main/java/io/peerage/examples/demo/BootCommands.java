/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.demo;

import io.peerage.local.LocalPeer;
import io.peerage.local.PayaraMicro;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The commands by which an operator gives a server the adapter and a pool over the peers. Thread-safe. */
final class BootCommands {

    private BootCommands() {}

    static List<String> of(DemoSettings settings, List<LocalPeer> peers) {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("Peers", peerList(peers));
        properties.put("DatabaseName", LocalPeer.DATABASE);
        properties.put("UserName", LocalPeer.USER);
        properties.put("Password", LocalPeer.PASSWORD);
        properties.put("CheckIntervalSeconds", Integer.toString(settings.checkIntervalSeconds()));
        // Sooner than the default, so that a visitor sees quickly what becomes of a frozen server.
        properties.put("HungAfterMillis", "1000");
        return List.of(
                "deploy --name=peerage " + settings.adapter().toAbsolutePath(),
                "create-connector-connection-pool --raname=peerage --connectiondefinition=javax.sql.DataSource"
                        + " --transactionsupport=XATransaction --steadypoolsize=6 --maxpoolsize=12"
                        + " --property=" + propertyList(properties) + " shop-pool",
                "create-connector-resource --poolname=shop-pool jdbc/shop",
                "ping-connection-pool shop-pool");
    }

    /** Returns {@code name@host:port} of each, as the pool's property {@code Peers} takes it. */
    static String peerList(List<LocalPeer> peers) {
        return peers.stream().map(peer -> peer.name() + "@" + peer.address()).collect(Collectors.joining(","));
    }

    private static String propertyList(Map<String, String> properties) {
        return properties.entrySet().stream()
                .map(property -> property.getKey() + "=" + PayaraMicro.escape(property.getValue()))
                .collect(Collectors.joining(":"));
    }
}
