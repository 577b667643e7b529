/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the application's {@code /stats} said at one moment. Immutable. */
record Stats(long second, long errors, Map<String, PeerStats> peers, String recentErrors) {

    private static final String STRING = "\"(?:[^\"\\\\]|\\\\.)*\"";
    private static final Pattern SECOND = Pattern.compile("^\\{\"second\":(\\d+),");
    private static final Pattern ERRORS = Pattern.compile("\"errors\":(\\d+),");
    private static final Pattern PEER = Pattern.compile("\\{\"state\":\"(?<state>[a-z]+)\",\"cause\":(?:null|" + STRING
            + "),\"sinceMillis\":\\d+,\"nextCheckMillis\":-?\\d+,\"connections\":\\d+,\"units\":\\d+,"
            + "\"name\":\"(?<name>[^\"]+)\",\"total\":(?<total>\\d+),");

    record PeerStats(String state, long total) {}

    static Stats of(HttpClient client, URI page) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(page.resolve("stats")).build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException("status " + response.statusCode() + ": " + response.body());
        }
        String json = response.body();
        Map<String, PeerStats> peers = new LinkedHashMap<>();
        Matcher peer = PEER.matcher(json);
        while (peer.find()) {
            peers.put(peer.group("name"), new PeerStats(peer.group("state"), Long.parseLong(peer.group("total"))));
        }
        return new Stats(
                number(SECOND, json), number(ERRORS, json), peers, json.substring(json.indexOf("\"recentErrors\":")));
    }

    String state(String peer) {
        return get(peer).state();
    }

    long total(String peer) {
        return get(peer).total();
    }

    private PeerStats get(String peer) {
        PeerStats stats = peers.get(peer);
        if (stats == null) {
            throw new AssertionError("No " + peer + " in " + this);
        }
        return stats;
    }

    private static long number(Pattern pattern, String json) {
        Matcher matcher = pattern.matcher(json);
        if (!matcher.find()) {
            throw new AssertionError("No " + pattern + " in " + json);
        }
        return Long.parseLong(matcher.group(1));
    }
}
