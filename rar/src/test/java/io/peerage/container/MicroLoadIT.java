/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.container.load.LoadServlet;
import io.peerage.local.LocalPeer;
import io.peerage.local.PayaraMicro;
import java.io.IOException;
import java.io.StringReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Payara Micro with a connector pool of 6 to 12 over three real peers, under load made inside the server. The pool does
 * not validate: nothing here rests on what the container does.
 */
@Timeout(240)
class MicroLoadIT {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static List<LocalPeer> peers;
    private static PayaraMicro server;

    @BeforeAll
    static void boot(@TempDir Path directory) {
        peers = LocalPeer.startAll(3);
        peers.forEach(
                peer -> peer.execute("CREATE TABLE shop.load_unit (id INT AUTO_INCREMENT PRIMARY KEY, port INT)"));
        Path war = directory.resolve("load.war");
        ShrinkWrap.create(WebArchive.class, "load.war")
                .addPackage(LoadServlet.class.getPackage())
                .as(ZipExporter.class)
                .exportTo(war.toFile(), true);
        PayaraMicro.Builder micro = PayaraMicro.at(Archive.payaraMicro()).postBoot(Archive.deploy());
        Pool.on("shop", peers)
                .option("--steadypoolsize=6 --maxpoolsize=12")
                .with("CheckIntervalSeconds", 2)
                .with("ConnectTimeoutMillis", 1000)
                .with("HungAfterMillis", 1000)
                .commands()
                .forEach(micro::postBoot);
        server = micro.deploy(war).start();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
        peers.forEach(LocalPeer::close);
    }

    @BeforeEach
    void everyPeerServes() throws Exception {
        for (LocalPeer peer : peers) {
            if (peer.isRunning()) {
                peer.thaw();
            } else {
                peer.restart();
            }
        }
        await("three peers up, each with its share of the connections", () -> {
            Properties now = load("do=run&units=30&threads=6&mode=auto");
            IntSummaryStatistics owned = peers.stream()
                    .mapToInt(peer -> Integer.parseInt(now.getProperty("connections." + peer.name())))
                    .summaryStatistics();
            return peers.stream()
                            .allMatch(peer ->
                                    now.getProperty("state." + peer.name()).equals("up"))
                    && owned.getMax() - owned.getMin() <= 1;
        });
    }

    private static Properties load(String query) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(server.uri().resolve("/load/load?" + query))
                .build();
        HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        Properties answer = new Properties();
        answer.load(new StringReader(response.body()));
        return answer;
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (!condition.call()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("waited a minute for " + what);
            }
            LockSupport.parkNanos(50_000_000);
        }
    }

    private static long served(Properties answer, LocalPeer peer) {
        return Long.parseLong(answer.getProperty("port." + peer.port(), "0"));
    }

    private static Map<String, Double> percent(Properties answer) {
        double all = peers.stream().mapToLong(peer -> served(answer, peer)).sum();
        Map<String, Double> shares = new TreeMap<>();
        peers.forEach(peer -> shares.put(peer.name(), Math.round(1_000 * served(answer, peer) / all) / 10.0));
        return shares;
    }

    private static void everyPeerServesAThird(String what, Properties answer) {
        Map<String, Double> shares = percent(answer);
        System.out.println("shares, " + what + ": " + shares);
        assertThat(answer.getProperty("errors")).as(answer.toString()).isEqualTo("0");
        assertThat(shares.values()).allSatisfy(share -> assertThat(share).isBetween(30.3, 36.3));
    }

    @Test
    void oneThreadsQueriesAreSharedOutEqually() throws Exception {
        everyPeerServesAThird(
                "6,000 autocommit queries from one thread", load("do=run&units=6000&threads=1&mode=auto"));
    }

    /** With fewer at work than the pool holds: of eight connections on three peers, all busy, no dealing makes thirds. */
    @Test
    void fourThreadsQueriesAreSharedOutEqually() throws Exception {
        everyPeerServesAThird(
                "12,000 autocommit queries from 4 threads", load("do=run&units=12000&threads=4&mode=auto"));
    }

    @Test
    void transactionsAreSharedOutEqually() throws Exception {
        everyPeerServesAThird("6,000 JTA transactions from one thread", load("do=run&units=6000&threads=1&mode=jta"));
        everyPeerServesAThird("6,000 JTA transactions from 4 threads", load("do=run&units=6000&threads=4&mode=jta"));
    }

    @Test
    void aKilledPeerCostsOnlyWhatWasOnTheWireAndServesItsThirdAgain() throws Exception {
        LocalPeer peer = peers.get(1);
        long before = written();
        load("do=start&threads=8");
        try {
            awaitServed(200);
            peer.kill();
            load("do=mark");
            awaitServed(600);
            Properties after = load("do=counts");
            int onTheWire = Integer.parseInt(after.getProperty("errors"));
            System.out.println("killed under 8 threads: " + onTheWire + " errors, worst "
                    + after.getProperty("worstMillis") + " ms; " + after);
            assertThat(onTheWire).isLessThanOrEqualTo(8);
            assertThat(after.getProperty("errorsSinceMark"))
                    .as("errors of what began after the kill")
                    .isEqualTo("0");
            assertThat(Long.parseLong(after.getProperty("worstMillis"))).isLessThan(2_000);
            peer.restart();
            awaitThird(peer);
            assertThat(load("do=counts").getProperty("errors"))
                    .as("none after that")
                    .isEqualTo(String.valueOf(onTheWire));
            Properties end = load("do=stop");
            long committed = Long.parseLong(end.getProperty("committed"));
            assertThat(written() - before)
                    .as("rows: all whose commit was answered, and at most those besides that met an error")
                    .isBetween(committed, committed + Long.parseLong(end.getProperty("errors")));
        } finally {
            load("do=stop");
        }
    }

    private static long written() {
        return peers.stream()
                .mapToLong(peer -> Long.parseLong(peer.execute("SELECT COUNT(*) FROM shop.load_unit")))
                .sum();
    }

    @Test
    void aFrozenPeerHoldsUpNoRequestLongerThanThreeSeconds() throws Exception {
        LocalPeer peer = peers.get(2);
        load("do=start&threads=8");
        try {
            awaitServed(200);
            peer.freeze();
            await(
                    peer + " to be down",
                    () -> load("do=counts").getProperty("state." + peer.name()).equals("down"));
            awaitServed(600);
            Properties after = load("do=counts");
            System.out.println("frozen under 8 threads: " + after.getProperty("errors") + " errors, worst "
                    + after.getProperty("worstMillis") + " ms");
            assertThat(Integer.parseInt(after.getProperty("errors"))).isLessThanOrEqualTo(8);
            assertThat(Long.parseLong(after.getProperty("worstMillis"))).isLessThan(3_000);
            peer.thaw();
            awaitThird(peer);
        } finally {
            load("do=stop");
        }
    }

    @Test
    void drainingCostsNoError() throws Exception {
        LocalPeer peer = peers.get(0);
        load("do=start&threads=8");
        try {
            awaitServed(200);
            load("do=drain&peer=" + peer.name());
            await(
                    "its connections to leave",
                    () -> load("do=counts")
                            .getProperty("connections." + peer.name())
                            .equals("0"));
            peer.stop();
            awaitServed(300);
            peer.restart();
            load("do=resume&peer=" + peer.name());
            awaitThird(peer);
            assertThat(load("do=counts").getProperty("errors")).isEqualTo("0");
        } finally {
            load("do=stop");
        }
    }

    /** Statements that reach the servers, for one unit of work of one query, by the servers' own count. */
    @Test
    void aQueryCostsOneStatement() throws Exception {
        int units = 3_000;
        long before = statements();
        load("do=run&units=" + units + "&threads=1&mode=auto");
        double perUnit = (statements() - before) / (double) units;
        System.out.printf("statements per autocommit query: %.3f%n", perUnit);
        // the checks of three peers each two seconds and the look at the counters are the rest
        assertThat(perUnit).isBetween(1.0, 1.05);
    }

    private static long statements() {
        return peers.stream().mapToLong(peer -> peer.status("Questions")).sum();
    }

    private static long total(Properties answer) {
        return peers.stream().mapToLong(peer -> served(answer, peer)).sum();
    }

    private static void awaitServed(long more) throws Exception {
        long goal = total(load("do=counts")) + more;
        await(more + " more units", () -> total(load("do=counts")) >= goal);
    }

    private static void awaitThird(LocalPeer peer) throws Exception {
        await(peer + " to serve its third", () -> {
            Properties before = load("do=counts");
            awaitServed(600);
            Properties after = load("do=counts");
            double share = (served(after, peer) - served(before, peer)) / (double) (total(after) - total(before));
            return share > 0.27 && share < 0.40;
        });
    }
}
