/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.container.load.Mode;
import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/** Talks to the load servlet about one pool. Thread-safe. */
final class LoadClient {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** How long a test waits for what takes seconds; a loaded machine runs the server, the load and the peers. */
    static final Duration LIMIT = Duration.ofMinutes(1);

    /** How many units tell a third from what is none. */
    private static final int SAMPLE = 600;

    private final URI server;
    private final String pool;
    private final List<LocalPeer> peers;

    LoadClient(URI server, String pool, List<LocalPeer> peers) {
        this.server = server;
        this.pool = pool;
        this.peers = peers;
    }

    /** Runs units of work to the end, as fast as {@code threads} threads can. */
    LoadAnswer run(int units, int threads, Mode mode) throws Exception {
        return ask("run&units=" + units + "&modes=" + modes(threads, mode));
    }

    /** Begins a load of eight threads, each doing a unit of the next of {@code modes} every 5 ms; {@link #stop} ends it. */
    void start(Mode... modes) throws Exception {
        String each = List.of(modes).stream()
                .map(mode -> modes(8 / modes.length, mode))
                .collect(Collectors.joining(","));
        ask("start&modes=" + each);
    }

    private static String modes(int threads, Mode mode) {
        return String.join(",", Collections.nCopies(threads, mode.name()));
    }

    LoadAnswer stop() throws Exception {
        return ask("stop");
    }

    LoadAnswer counts() throws Exception {
        return ask("counts");
    }

    /** Has what begins from now on counted apart. */
    void mark() throws Exception {
        ask("mark");
    }

    /** Returns when a long transaction is at work on the peer at {@code port}; {@link #release} ends it. */
    void hold(int port) throws Exception {
        assertThat(ask("hold&port=" + port).text("held")).isEqualTo("running");
    }

    /** Lets the long transaction go on, and returns what became of it. */
    String release() throws Exception {
        return ask("release").text("held");
    }

    void drain(String peer) throws Exception {
        ask("drain&peer=" + peer);
    }

    void resume(String peer) throws Exception {
        ask("resume&peer=" + peer);
    }

    boolean awaitNoConnections(String peer, Duration limit) throws Exception {
        return Boolean.parseBoolean(
                ask("awaitNone&peer=" + peer + "&millis=" + limit.toMillis()).text("none"));
    }

    void awaitState(String peer, String state) throws Exception {
        Patience.await(
                peer + " to be " + state, LIMIT, () -> counts().state(peer).equals(state));
    }

    /** Returns when so many more units have been served. */
    LoadAnswer awaitServed(long more) throws Exception {
        long goal = counts().served(peers) + more;
        Patience.await(more + " more units", LIMIT, () -> counts().served(peers) >= goal);
        return counts();
    }

    /**
     * Returns when {@code peer} serves about a third of what is served.
     *
     * @return after how many milliseconds, the sample that showed it included
     */
    long awaitThird(LocalPeer peer) throws Exception {
        return Patience.await(peer + " to serve its third", LIMIT, () -> {
            LoadAnswer before = counts();
            Map<String, Double> shares = awaitServed(SAMPLE).sharesSince(before, peers);
            return shares.get(peer.name()) > 27 && shares.get(peer.name()) < 40;
        });
    }

    /** Returns when all of {@code names} are up and own as many connections as each other, but for one. */
    void awaitBalance(List<String> names) throws Exception {
        Patience.await("all peers of " + pool + " to own their share", LIMIT, () -> {
            LoadAnswer now = run(30, 6, Mode.AUTO);
            return names.stream().allMatch(name -> now.state(name).equals("up"))
                    && now.errors() == 0
                    && names.stream().mapToInt(now::connections).max().orElseThrow()
                                    - names.stream()
                                            .mapToInt(now::connections)
                                            .min()
                                            .orElseThrow()
                            <= 1;
        });
    }

    private LoadAnswer ask(String what) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(server.resolve("/load/load?pool=" + pool + "&do=" + what))
                .build();
        HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        Properties answer = new Properties();
        answer.load(new StringReader(response.body()));
        return new LoadAnswer(answer);
    }
}
