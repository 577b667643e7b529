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

    private static final Pattern NAMED = Pattern.compile("([A-Za-z0-9][A-Za-z0-9._-]*)@(.*)", Pattern.DOTALL);
    private static final Pattern NEW_URL = Pattern.compile("([A-Za-z0-9][A-Za-z0-9._-]*@)?jdbc:.*", Pattern.DOTALL);

    private PeersParser() {}

    /** Returns what is said of each peer in {@code text}, in its order; empty for blank text. */
    static List<PeerDraft> parse(String text, DriverProfile driver) {
        List<PeerDraft> drafts = new ArrayList<>();
        for (String piece : split(text)) {
            PeerDraft draft = new PeerDraft(allowed ->
                    new BadSettingException(Setting.PEERS.propertyName(), Secrets.maskPeers(piece), allowed));
            Matcher named = NAMED.matcher(piece);
            if (named.matches()) {
                draft.name(named.group(1));
                EndpointParser.parse(draft, named.group(2), driver);
            } else {
                EndpointParser.parse(draft, piece, driver);
            }
            drafts.add(draft);
        }
        return drafts;
    }

    /** White space always separates. A comma does where a new peer can start; elsewhere it belongs to the URL. */
    static List<String> split(String text) {
        List<String> pieces = new ArrayList<>();
        for (String word : text.strip().split("\\s+", -1)) {
            StringBuilder piece = new StringBuilder();
            for (String chunk : word.split(",", -1)) {
                if (chunk.isEmpty()) {
                    continue;
                }
                if (piece.isEmpty()) {
                    piece.append(chunk);
                } else if (continues(piece.toString(), chunk)) {
                    piece.append(',').append(chunk);
                } else {
                    pieces.add(piece.toString());
                    piece.setLength(0);
                    piece.append(chunk);
                }
            }
            if (!piece.isEmpty()) {
                pieces.add(piece.toString());
            }
        }
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
