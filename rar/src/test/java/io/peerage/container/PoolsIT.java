/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.container.load.LoadServlet;
import io.peerage.local.LocalPeer;
import io.peerage.local.PayaraMicro;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pools of Payara Micro side by side, under load, while peers die and come back. */
@Timeout(180)
class PoolsIT {

    private static final int THREADS = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private static Path directory;

    private static List<LocalPeer> peers;
    private static PayaraMicro server;
    private static Client client;

    @BeforeAll
    static void boot() {
        peers = LocalPeer.startAll(5);
        peers.forEach(PoolsIT::prepare);
        Path war = directory.resolve("load.war");
        ShrinkWrap.create(WebArchive.class, "load.war")
                .addPackage(LoadServlet.class.getPackage())
                .as(ZipExporter.class)
                .exportTo(war.toFile());
        PayaraMicro.Builder micro =
                PayaraMicro.at(Archive.payaraMicro()).deploy(war).postBoot(Archive.deploy());
        List.of(
                        quick(Pool.on("shop", shopPeers())),
                        quick(Pool.on("users", userPeers())).with("WhenAllDown", "fail"),
                        quick(Pool.on("each", userPeers())).with("Peers", eachConfiguredFully()))
                .forEach(pool -> pool.commands().forEach(micro::postBoot));
        server = micro.start();
        client = new Client(server);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
        peers.forEach(LocalPeer::close);
    }

    @BeforeEach
    void mend() {
        peers.stream().filter(peer -> !peer.isRunning()).forEach(LocalPeer::restart);
    }

    private static void prepare(LocalPeer peer) {
        peer.execute("CREATE TABLE shop.work (id BIGINT AUTO_INCREMENT PRIMARY KEY);"
                + " CREATE DATABASE only_" + peer.name()
                + "; CREATE USER '" + peer.name() + "'@'127.0.0.1' IDENTIFIED BY 'of-" + peer.name()
                + "'; GRANT ALL PRIVILEGES ON only_" + peer.name() + ".* TO '" + peer.name() + "'@'127.0.0.1'");
    }

    private static List<LocalPeer> shopPeers() {
        return peers.subList(0, 3);
    }

    private static List<LocalPeer> userPeers() {
        return peers.subList(3, 5);
    }

    /** One peer as a JDBC URL, one as host and port with the rest behind; a database of its own only the URL can name. */
    private static String eachConfiguredFully() {
        LocalPeer url = userPeers().get(0);
        LocalPeer plain = userPeers().get(1);
        return "%s@jdbc:mysql://%s/only_%s?user=%s&password=of-%s&sessionVariables=div_precision_increment%%3D7"
                        .formatted(url.name(), url.address(), url.name(), url.name(), url.name())
                + ",%s@%s?sessionVariables=div_precision_increment%%3D9".formatted(plain.name(), plain.address());
    }

    private static Pool quick(Pool pool) {
        return pool.with("CheckIntervalSeconds", 1)
                .with("ConnectTimeoutMillis", 1000)
                .with("AcquireTimeoutMillis", 5000)
                .with("GroupName", pool.name())
                .option("--steadypoolsize=" + THREADS)
                .option("--maxpoolsize=" + THREADS);
    }

    /** The ancestor's promise: each peer separately and fully configured. */
    @Test
    void eachPeerHasItsOwnUserPasswordDatabaseAndOptions() {
        LocalPeer url = userPeers().get(0);
        LocalPeer plain = userPeers().get(1);
        Set<String> answers = new HashSet<>();
        await("both peers to answer", () -> {
            answers.add(client.ask("each").text());
            return answers.size() == 2;
        });
        assertThat(answers)
                .containsExactlyInAnyOrder(
                        url.port() + " " + url.name() + " only_" + url.name() + " 7", plain.port() + " app shop 9");
    }

    /** The ancestor's promise: several engines side by side, with disjoint peers. */
    @Test
    void twoIndependentPoolsSideBySide() {
        await("the second pool to serve", () -> client.ask("users").served());
        userPeers().forEach(LocalPeer::kill);

        long worst = 0;
        for (int i = 0; i < 200; i++) {
            long began = System.nanoTime();
            assertThat(client.ask("shop").served()).isTrue();
            worst = Math.max(worst, System.nanoTime() - began);
        }
        Client.Answer down = client.ask("users");
        System.out.println("worst of 200 requests on one pool while the other one is down: "
                + NANOSECONDS.toMillis(worst) + " ms; the other one says: " + down.text());

        assertThat(down.served()).isFalse();
        assertThat(down.text()).contains("peer4 is ", "peer5 is ");
        assertThat(client.ask("shop").served()).isTrue();
        userPeers().forEach(LocalPeer::restart);
        await("the other pool to serve again", () -> client.ask("users").served());
    }

    /** The ancestor's promise: failure of a peer is transparent; a failed peer gets no queries until it recovers. */
    @Test
    void aPeerKilledUnderLoadCostsOnlyWhatWasOnTheWireAndComesBack() {
        LocalPeer victim = shopPeers().get(1);
        client.start("shop", THREADS);
        await("every peer to serve", () -> shopPeers().stream().allMatch(peer -> served(peer) > 100));

        victim.kill();
        client.mark();
        await("work without the peer", () -> number(client.figures(), "unitsSinceMark") > 500);
        long before = served(victim);
        System.out.println("after kill -9 of one peer of three under " + THREADS + " threads: " + client.figures());
        assertThat(number(client.figures(), "errors"))
                .as("errors, at most what was on the wire")
                .isLessThanOrEqualTo(THREADS);
        assertThat(number(client.figures(), "errorsSinceMark")).isZero();

        victim.restart();
        await("the peer to serve again", () -> served(victim) > before + 100);

        Properties figures = client.stop();
        System.out.println("after its return: " + figures);
        assertThat(number(figures, "errorsSinceMark"))
                .as("errors of what began after the kill")
                .isZero();
        long written = shopPeers().stream()
                .mapToLong(peer -> Long.parseLong(peer.execute("SELECT COUNT(*) FROM shop.work")))
                .sum();
        long committed = number(figures, "committed");
        assertThat(written)
                .as("rows: all that was committed, and at most what failed without an answer besides")
                .isBetween(committed, committed + number(figures, "errors"));
    }

    private static long served(LocalPeer peer) {
        return number(client.figures(), "served." + peer.port());
    }

    private static long number(Properties figures, String name) {
        return Long.parseLong(figures.getProperty(name, "0"));
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("waited " + PATIENCE + " for " + what);
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }
}
