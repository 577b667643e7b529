/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the property {@code Peers}: {@code host:port}, or the JDBC URL of one server, or either with {@code name@} in
 * front and {@code ?user=...&password=...&weight=...&<driver property>=...} behind, separated by commas or white space.
 * Thread-safe: stateless.
 */
final class PeersParser {

    private static final String NAME = "([A-Za-z0-9][A-Za-z0-9._-]*)@";
    private static final Pattern NAMED = Pattern.compile("(?s)" + NAME + "(.*)");
    private static final Pattern NEW_URL = Pattern.compile("(?s)(" + NAME + ")?jdbc:.*");

    private PeersParser() {}

    /**
     * Returns the peers in {@code text}, in its order.
     *
     * @throws BadSettingException if there is none, or one is not well described
     */
    static List<PeerSpec> parse(String text, PoolDefaults pool) {
        List<PeerSpec> peers =
                split(text).stream().map(piece -> peer(piece, pool)).toList();
        if (peers.isEmpty()) {
            throw SettingValues.bad(Setting.PEERS, text, "list at least one peer, e.g. db1:3306, or set PeersFile");
        }
        UniquePeers.check(peers, Setting.PEERS);
        return peers;
    }

    private static PeerSpec peer(String piece, PoolDefaults pool) {
        PeerDraft draft = new PeerDraft(pool, allowed -> SettingValues.bad(Setting.PEERS, piece, allowed));
        Matcher named = NAMED.matcher(piece);
        boolean hasName = named.matches();
        new EndpointParser(draft, pool.driver()).parse(hasName ? named.group(2) : piece);
        return draft.complete(hasName ? named.group(1) : null);
    }

    /** White space always separates. A comma does where a new peer can start; elsewhere it belongs to the URL. */
    static List<String> split(String text) {
        List<String> pieces = new ArrayList<>();
        for (String word : text.strip().split("\\s+", -1)) {
            String piece = "";
            for (String chunk : word.split(",", -1)) {
                if (!piece.isEmpty() && !chunk.isEmpty() && continues(piece, chunk)) {
                    piece += "," + chunk;
                } else if (!chunk.isEmpty()) {
                    pieces.add(piece);
                    piece = chunk;
                }
            }
            pieces.add(piece);
        }
        pieces.removeIf(String::isEmpty);
        return pieces;
    }

    private static boolean continues(String piece, String chunk) {
        if (piece.contains("?") || piece.contains(";")) {
            // a list within a value: sessionVariables=a=1,b=2; a new peer would have its first = after a ?
            int equals = chunk.indexOf('=');
            int query = chunk.indexOf('?');
            return equals >= 0 && (query < 0 || equals < query);
        }
        // hosts of one URL, which is refused later with a hint, rather than being taken apart in a surprising way
        int authority = piece.indexOf("://");
        boolean inAuthority = authority >= 0 && piece.indexOf('/', authority + 3) < 0;
        return inAuthority && !NEW_URL.matcher(chunk).matches();
    }
}
