/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DemoIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** Each worker of the application may have one request on the wire when a server dies. */
    private static final int MOST_ON_THE_WIRE = 8;

    private final HttpClient client = HttpClient.newHttpClient();
    private Demo demo;

    @BeforeAll
    void start() {
        demo = Demo.start(DemoSettings.fromSystemProperties().withCheckIntervalSeconds(2), System.out::println);
    }

    @AfterAll
    void close() {
        demo.close();
        assertThat(ProcessHandle.of(demo.server().pid())).isEmpty();
        assertThat(demo.peers()).noneMatch(peer -> peer.isRunning());
    }

    @Test
    void servesThePageAndItsParts() throws Exception {
        for (String part : new String[] {"", "demo.js", "demo.css"}) {
            HttpResponse<String> response =
                    send(HttpRequest.newBuilder(demo.page().resolve(part)));
            assertThat(response.statusCode()).as(part).isEqualTo(200);
        }
        assertThat(send(HttpRequest.newBuilder(demo.page())).body()).contains("<title>Peerage demo</title>");
    }

    @Test
    void killedPeerCostsAtMostWhatWasOnTheWireAndComesBack() throws Exception {
        Stats before = await(stats -> servedByAll(stats, 20));
        assertThat(before.errors()).isZero();

        assertThat(control("kill", "peer2")).isEqualTo(200);
        Stats noticed = await(stats -> stats.state("peer2").equals("down"));
        // What was on the wire may be counted a moment later.
        Stats down = await(stats -> stats.second() >= noticed.second() + 3);
        assertThat(down.errors()).isLessThanOrEqualTo(MOST_ON_THE_WIRE);

        Stats later = await(stats ->
                stats.total("peer1") > down.total("peer1") + 100 && stats.total("peer3") > down.total("peer3") + 100);
        assertThat(later.errors())
                .as("errors once the peer is known to be down")
                .isEqualTo(down.errors());
        assertThat(later.total("peer2")).isEqualTo(down.total("peer2"));

        assertThat(control("restart", "peer2")).isEqualTo(200);
        Stats back =
                await(stats -> stats.state("peer2").equals("up") && stats.total("peer2") > later.total("peer2") + 20);
        assertThat(back.errors()).as("errors while it comes back").isEqualTo(down.errors());
    }

    @Test
    void buttonsRefuseOtherSitesAndUnknownPeers() throws Exception {
        URI kill = demo.page().resolve("control?action=kill&peer=peer1");
        assertThat(send(HttpRequest.newBuilder(kill).POST(HttpRequest.BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(400);
        assertThat(control("kill", "peer9")).isEqualTo(400);
        assertThat(control("drop", "peer1")).isEqualTo(400);
        assertThat(demo.peers()).allMatch(peer -> peer.name().equals("peer2") || peer.isRunning());
    }

    private static boolean servedByAll(Stats stats, long requests) {
        return stats.peers().size() == 3
                && stats.peers().values().stream()
                        .allMatch(peer -> peer.state().equals("up") && peer.total() >= requests);
    }

    private Stats await(Predicate<Stats> wanted) throws Exception {
        return Awaitility.await().pollInSameThread().atMost(LIMIT).until(() -> Stats.of(client, demo.page()), wanted);
    }

    private int control(String action, String peer) throws Exception {
        URI uri = demo.page().resolve("control?action=" + action + "&peer=" + peer);
        return send(HttpRequest.newBuilder(uri).header("X-Peerage-Demo", "1").POST(HttpRequest.BodyPublishers.noBody()))
                .statusCode();
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
