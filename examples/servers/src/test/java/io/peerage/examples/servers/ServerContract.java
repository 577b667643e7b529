/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.ApplicationServer;
import io.peerage.local.BoundSockets;
import io.peerage.local.Facilities;
import io.peerage.local.Jdk;
import io.peerage.local.LocalPeer;
import io.peerage.local.PacedLoad;
import io.peerage.local.Patience;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * What must hold on every server, with the one archive and the one application, unchanged. A display name is a row of
 * the matrix in {@code docs/servers.md}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(240)
abstract class ServerContract implements OnePhaseContract {

    private static final int CLIENTS = 4;
    private static final int UNITS = 4_500;

    @RegisterExtension
    final Outcomes outcomes;

    private final Example example;
    private final Path javaHome;
    ApplicationServer server;
    Databases databases;
    ShopClient shop;

    ServerContract(Example example) {
        this(example, Jdk.running(), new Outcomes(example));
    }

    /** Asks the same of a server that runs on this JDK. */
    ServerContract(Example example, Path javaHome, Outcomes outcomes) {
        this.example = example;
        this.javaHome = javaHome;
        this.outcomes = outcomes;
    }

    @BeforeAll
    void boot(@TempDir Path directory) throws Exception {
        databases = new Databases(Facilities.mySql());
        long began = System.nanoTime();
        server = example.start(new Deployment(directory.resolve("server"), Example.servers(), databases.ports())
                .on(javaHome)
                .withOnePhasePool());
        System.out.println(example.title() + ": ready after "
                + Duration.ofNanos(System.nanoTime() - began).toSeconds() + " s");
        shop = new ShopClient(server.uri());
        shop.awaitDeployed();
    }

    @AfterAll
    void stop() {
        if (server != null) {
            server.close();
        }
        if (databases != null) {
            databases.close();
        }
    }

    @Override
    public ShopClient shop() {
        return shop;
    }

    @Override
    public Databases databases() {
        return databases;
    }

    @Override
    public String onePhasePool() {
        return example.jndiName(OnePhasePool.NAME);
    }

    /** Of the examples and not of the adapter, hence not in the matrix. */
    @Test
    @Order(0)
    void listensOnLoopbackOnly() throws Exception {
        assertThat(BoundSockets.of(server.pid()))
                .contains("127.0.0.1:" + server.uri().getPort())
                .allMatch(BoundSockets::isLoopback);
    }

    @Test
    @Order(1)
    @DisplayName("JNDI look-up and `@Resource`")
    void theDataSourceIsFoundAndInjected() throws Exception {
        assertThat(shop.get("lookup")).containsEntry("jndi", "MySQL shop").containsEntry("resource", "MySQL shop");
    }

    @Test
    @Order(2)
    @DisplayName("Plain JDBC: autocommit, rollback of a transaction of its own")
    void plainJdbc() throws Exception {
        assertCommitsAndRollsBack("plain", 1);
    }

    @Test
    @Order(3)
    @DisplayName("`UserTransaction`: commit, rollback")
    void userTransaction() throws Exception {
        assertCommitsAndRollsBack("user", 1);
    }

    @Test
    @Order(4)
    @DisplayName("CDI `@Transactional`: commit, rollback")
    void transactionalMethod() throws Exception {
        assertCommitsAndRollsBack("transactional", 1);
    }

    @Test
    @Order(5)
    @DisplayName("JPA with `jta-data-source`: commit, rollback")
    void jpa() throws Exception {
        assertCommitsAndRollsBack("jpa", 1);
    }

    @Test
    @Order(6)
    @DisplayName("Two pools in one transaction: both prepared, both committed or both rolled back")
    void twoPhases() throws Exception {
        long prepared = databases.status("Com_xa_prepare");
        long committed = databases.status("Com_xa_commit");
        long rolledBack = databases.status("Com_xa_rollback");

        assertCommitsAndRollsBack("both", 2);

        assertThat(databases.status("Com_xa_prepare") - prepared).as("prepared").isEqualTo(2);
        assertThat(databases.status("Com_xa_commit") - committed)
                .as("committed")
                .isEqualTo(2);
        assertThat(databases.status("Com_xa_rollback") - rolledBack)
                .as("rolled back")
                .isEqualTo(2);
        assertThat(databases.inDoubt()).isEmpty();
    }

    /** Told nothing but where it is and who logs in: the example's pool {@code stock} has no other driver properties. */
    @Test
    @Order(6)
    @EnabledIf("io.peerage.local.Facilities#mySql")
    @DisplayName("MySQL as it is installed, over TLS, with only `Peers`, `UserName`, `Password` and `DatabaseName`")
    void mySqlOverTls() throws Exception {
        assertCommitsAndRollsBack("both", 2);
        // Tests ask without TLS, so that these are the application's; a pool that grows as needed has met one peer
        // only.
        long logins = databases.stock().stream()
                .mapToLong(peer -> Databases.status(peer, "Ssl_finished_accepts"))
                .sum();
        assertThat(logins).as("logins over TLS").isPositive();
    }

    @Test
    @Order(7)
    @DisplayName("Equal shares, in autocommit and in JTA transactions")
    void equalShares() throws Exception {
        // Four connections at once: some servers' pools grow only as needed, and this many are on all three peers.
        shop.get("session?do=inspect");
        assertEqualShares("autocommit", "query?mode=auto");
        assertEqualShares("JTA", "query?mode=jta");
    }

    @Test
    @Order(8)
    @DisplayName("Session state does not leak between borrowers")
    void sessionStateDoesNotLeak() throws Exception {
        Properties clean = shop.get("session?do=inspect");
        String note = note();
        Properties soiled = shop.get("session?do=soil&note=" + note);
        String expected = clean.getProperty("found.0");
        assertThat(expected).isEqualTo("shop ON REPEATABLE-READ OFF, handle: shop true 4 false");
        assertThat(found(soiled)).containsOnly(expected);
        Set<String> met = new HashSet<>();
        // A pool may have others to hand out first.
        for (int i = 0; i < 10 && !met.containsAll(sessions(soiled)); i++) {
            Properties next = shop.get("session?do=inspect");
            assertThat(found(next)).containsOnly(expected);
            met.addAll(sessions(next));
        }
        assertThat(met).as("the same connections to the servers").containsAnyElementsOf(sessions(soiled));
        assertThat(databases.visits(note)).as("rows left uncommitted").isZero();
    }

    @Test
    @Order(9)
    @DisplayName("Handles misused: closed twice, used after close, committed within JTA")
    void handleMisuse() throws Exception {
        String note = note();
        Properties answer = shop.get("misuse?note=" + note);
        assertThat(answer)
                .containsEntry("foundInAList", "true")
                .containsEntry("unwrapped", "works")
                .containsEntry("ofItsStatement", "works")
                .containsEntry("closedByItsStatement", "true")
                .containsEntry("connectionIsClosed", "true")
                .containsEntry("statementIsClosed", "true")
                .containsEntry("createStatement", "SQLState 08003")
                .containsEntry("commit", "SQLState 08003")
                .containsEntry("setAutoCommit", "SQLState 08003")
                .containsEntry("executeQuery", "SQLState 08003")
                .containsEntry("next", "works")
                .containsEntry("closedStill", "SQLState 08003");
        assertThat(List.of("jta.commit", "jta.rollback", "jta.setAutoCommit"))
                .allSatisfy(call -> assertThat(answer.getProperty(call)).startsWith("SQLState "));
        assertThat(databases.visits(note))
                .as("rows rolled back by the container")
                .isZero();
    }

    /** Last, for it leaves the pools with their connections unevenly spread for a while. */
    @Test
    @Order(10)
    @DisplayName("A peer killed and back: no error but for requests on it at that instant, its share again")
    void killAndReturn() throws Exception {
        LocalPeer peer = databases.shop().get(1);
        try (PacedLoad load = PacedLoad.startEach(CLIENTS, this::client)) {
            load.awaitMore(200);
            peer.kill();
            long gone = System.nanoTime();
            load.awaitMore(600);
            System.out.println(example.title() + ": killed under " + CLIENTS + " clients: "
                    + load.failures().size() + " errors, worst " + load.worstMillis() + " ms");
            assertOnTheWire(load, gone);
            peer.restart();
            Patience.await(
                    "a third for " + peer,
                    Duration.ofSeconds(60),
                    () -> Shares.measure(shop, "query?mode=auto", 300, 1, databases.shop())
                                    .getOrDefault(peer.name(), 0.0)
                            > 25,
                    () -> load.total() + " served");
            assertOnTheWire(load, gone);
        }
    }

    /** Returns what a client does: half of them read in autocommit, half write in JTA transactions. */
    private PacedLoad.Unit client(int number) {
        String request = number % 2 == 0 ? "query?mode=auto" : "query?mode=jta";
        return dealt -> Integer.parseInt(shop.get(request).getProperty("port"));
    }

    private static void assertOnTheWire(PacedLoad load, long gone) {
        assertThat(load.failures())
                .allSatisfy(failure -> assertThat(failure.began() - gone)
                        .as("begun before the peer was gone: " + failure.cause())
                        .isNegative())
                .hasSizeLessThanOrEqualTo(CLIENTS);
    }

    private void assertCommitsAndRollsBack(String how, int rows) throws Exception {
        String kept = note();
        shop.get("visit?how=" + how + "&commit=true&note=" + kept);
        assertThat(databases.visits(kept)).as("committed").isEqualTo(rows);
        String undone = note();
        shop.get("visit?how=" + how + "&commit=false&note=" + undone);
        assertThat(databases.visits(undone)).as("rolled back").isZero();
    }

    private void assertEqualShares(String what, String request) throws Exception {
        Map<String, Double> shares = Shares.measure(shop, request, UNITS, 1, databases.shop());
        System.out.println(example.title() + ": shares of " + UNITS + " requests, " + what + ": " + shares);
        assertThat(shares.values()).allSatisfy(share -> assertThat(share).isBetween(30.3, 36.3));
    }

    private static Set<String> sessions(Properties answer) {
        return values(answer, "session.");
    }

    private static Set<String> found(Properties answer) {
        return values(answer, "found.");
    }

    private static Set<String> values(Properties answer, String prefix) {
        return IntStream.range(0, 4)
                .mapToObj(i -> answer.getProperty(prefix + i))
                .collect(Collectors.toSet());
    }

    static String note() {
        return UUID.randomUUID().toString();
    }
}
