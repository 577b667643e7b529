/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.container.pools.PoolsServlet;
import io.peerage.local.ApplicationServer;
import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import io.peerage.local.PayaraMicro;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pools of one Payara Micro side by side, each with peers and settings of its own. */
@Timeout(180)
class PoolsIT {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static List<LocalPeer> peers;
    private static ApplicationServer server;

    @BeforeAll
    static void boot(@TempDir Path directory) {
        peers = LocalPeer.startAll(4);
        peers.forEach(PoolsIT::prepare);
        Path war = directory.resolve("pools.war");
        ShrinkWrap.create(WebArchive.class, "pools.war")
                .addPackage(PoolsServlet.class.getPackage())
                .as(ZipExporter.class)
                .exportTo(war.toFile());
        PayaraMicro micro = PayaraMicro.at(Archive.payaraMicro()).deploy(war).postBoot(Archive.deploy());
        List.of(
                        quick(Pool.on("shop", shopPeers())),
                        quick(Pool.on("users", userPeers())).with("WhenAllDown", "fail"),
                        quick(Pool.on("each", userPeers())).with("Peers", eachConfiguredFully()))
                .forEach(pool -> pool.commands().forEach(micro::postBoot));
        server = micro.start();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
        peers.forEach(LocalPeer::close);
    }

    private static void prepare(LocalPeer peer) {
        String name = peer.name();
        peer.execute("CREATE DATABASE only_%s; CREATE USER '%s'@'127.0.0.1' IDENTIFIED BY 'of-%s';"
                .formatted(name, name, name));
        peer.execute("GRANT ALL PRIVILEGES ON only_%s.* TO '%s'@'127.0.0.1'".formatted(name, name));
    }

    private static List<LocalPeer> shopPeers() {
        return peers.subList(0, 2);
    }

    private static List<LocalPeer> userPeers() {
        return peers.subList(2, 4);
    }

    /** One peer has everything of its own, the other one only an option: the rest it takes from the pool. */
    private static String eachConfiguredFully() {
        String own = "%1$s@jdbc:mysql://%2$s/only_%1$s?user=%1$s&password=of-%1$s"
                .formatted(userPeers().get(0).name(), userPeers().get(0).address());
        String shared =
                "%s@%s".formatted(userPeers().get(1).name(), userPeers().get(1).address());
        return own + "&sessionVariables=div_precision_increment%3D7," + shared
                + "?sessionVariables=div_precision_increment%3D9";
    }

    private static Pool quick(Pool pool) {
        return pool.with("CheckIntervalSeconds", 1)
                .with("ConnectTimeoutMillis", 1000)
                .with("AcquireTimeoutMillis", 5000)
                .with("GroupName", pool.name());
    }

    /** The ancestor's promise: each peer separately and fully configured. */
    @Test
    void eachPeerHasItsOwnUserPasswordDatabaseAndOptions() throws Exception {
        LocalPeer own = userPeers().get(0);
        LocalPeer shared = userPeers().get(1);
        Set<String> answers = new HashSet<>();
        Patience.await("both peers to answer", LoadClient.LIMIT, () -> {
            answers.add(ask("each").body());
            return answers.size() == 2;
        });
        assertThat(answers)
                .containsExactlyInAnyOrder(
                        own.port() + " " + own.name() + " only_" + own.name() + " 7", shared.port() + " app shop 9");
    }

    /** The ancestor's promise: several engines side by side, with disjoint peers. */
    @Test
    void twoIndependentPoolsSideBySide() throws Exception {
        Patience.await("both pools to serve", LoadClient.LIMIT, () -> serves("users") && serves("shop"));
        userPeers().forEach(LocalPeer::kill);
        HttpResponse<String> down = ask("users");
        assertThat(down.statusCode()).isEqualTo(503);
        assertThat(down.body())
                .contains(userPeers().get(0).name() + " is ", userPeers().get(1).name() + " is ");

        long worst = 0;
        for (int i = 0; i < 200; i++) {
            long began = System.nanoTime();
            HttpResponse<String> answer = ask("shop");
            worst = Math.max(worst, System.nanoTime() - began);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        }
        System.out.println("worst of 200 requests on one pool while the other one is down: "
                + NANOSECONDS.toMillis(worst) + " ms; the other one says: " + down.body());
        // it waits neither for the other one's connects nor for its checks
        assertThat(NANOSECONDS.toMillis(worst)).isLessThan(1_000);

        userPeers().forEach(LocalPeer::restart);
        Patience.await("the other pool to serve again", LoadClient.LIMIT, () -> serves("users"));
    }

    private static boolean serves(String pool) throws IOException, InterruptedException {
        return ask(pool).statusCode() == 200;
    }

    private static HttpResponse<String> ask(String pool) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(server.uri().resolve("pools/ask?pool=" + pool))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
