/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Makes the peers of a pool of what was said of each. Thread-safe: stateless. */
final class PeerList {

    private PeerList() {}

    /** Returns the peers, each with the pool's values where it has none of its own. */
    static List<PeerSpec> complete(List<PeerDraft> drafts, PeerDraft.PoolDefaults pool, Setting source) {
        List<PeerSpec> peers = new ArrayList<>();
        drafts.forEach(draft -> peers.add(draft.complete(pool)));
        checkUnique(peers, source);
        return peers;
    }

    /** Two peers on one endpoint would give that server two shares and hide that it is one point of failure. */
    private static void checkUnique(List<PeerSpec> peers, Setting source) {
        Map<String, PeerSpec> byName = new HashMap<>();
        Map<String, PeerSpec> byEndpoint = new HashMap<>();
        for (PeerSpec peer : peers) {
            String address = peer.url().isEmpty() ? peer.endpoint() : peer.url();
            PeerSpec sameEndpoint = byEndpoint.put(address.toLowerCase(Locale.ROOT), peer);
            if (sameEndpoint != null) {
                throw SettingValues.bad(
                        source,
                        peer.endpoint(),
                        sameEndpoint.name().equals(peer.name())
                                ? "this endpoint is listed twice"
                                : "the peers " + sameEndpoint.name() + " and " + peer.name()
                                        + " have the same endpoint; list each server once");
            }
            if (byName.put(peer.name(), peer) != null) {
                throw SettingValues.bad(source, peer.name(), "two peers have this name; names are unique");
            }
        }
    }
}
