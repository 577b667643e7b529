/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Two peers on one endpoint would give that server two shares and hide that it is one point of failure. Stateless. */
final class UniquePeers {

    private UniquePeers() {}

    /**
     * Checks that names and endpoints of {@code peers} are unique.
     *
     * @param source where the deployer wrote them, for messages
     */
    static void check(List<PeerSpec> peers, Setting source) {
        Set<String> names = new HashSet<>();
        Map<String, String> namesByEndpoint = new HashMap<>();
        for (PeerSpec peer : peers) {
            String address = peer.url().isEmpty() ? peer.endpoint() : peer.url();
            String same = namesByEndpoint.put(address.toLowerCase(Locale.ROOT), peer.name());
            if (same != null) {
                String allowed = same.equals(peer.name())
                        ? "this endpoint is listed twice"
                        : "the peers " + same + " and " + peer.name()
                                + " have the same endpoint; list each server once";
                throw SettingValues.bad(source, peer.endpoint(), allowed);
            }
            if (!names.add(peer.name())) {
                throw SettingValues.bad(source, peer.name(), "two peers have this name; names are unique");
            }
        }
    }
}
