/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.examples.servers.Cut.Point;
import io.peerage.local.ApplicationServer;
import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A transaction with three branches, two on different peers of one pool and one on a peer of another, is cut by the
 * server's sudden end; the server starts again and finishes it by itself. A display name is a row of the matrix in
 * {@code docs/servers.md}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
abstract class CrashContract {

    private static final int BRANCHES = 3;
    private static final Duration RECOVERY_LIMIT = Duration.ofMinutes(2);

    @RegisterExtension
    final Outcomes outcomes;

    private final Example example;
    final Wires wires = new Wires();
    Databases databases;
    Deployment deployment;
    ApplicationServer server;

    CrashContract(Example example) {
        this.example = example;
        this.outcomes = new Outcomes(example);
    }

    @BeforeAll
    void boot(@TempDir Path directory) {
        databases = new Databases();
        databases.all().forEach(wires::to);
        deployment = new Deployment(directory.resolve("server"), Example.servers(), wires.ports());
        server = example.start(deployment);
    }

    @AfterAll
    void stop() {
        if (server != null) {
            server.close();
        }
        wires.close();
        if (databases != null) {
            databases.close();
        }
    }

    /** One test's failure does not become that of the next. */
    @BeforeEach
    void startFromAFinishedState() throws Exception {
        wires.pass();
        for (LocalPeer peer : databases.all()) {
            if (!peer.isRunning()) {
                peer.restart();
            }
        }
        if (!server.isRunning()) {
            restart();
            finish();
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("Killed within a two-phase commit: finished after the restart, on every peer alike")
    void theRestartedServerFinishesWhatItsEndCut(Point point) throws Exception {
        List<Long> before = databases.balances();
        cutTransfer(point);

        long began = System.nanoTime();
        restart();
        finish();

        System.out.println(example.title() + ": " + point + ": finished "
                + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began) + " s after the start");
        assertMoved(point != Point.BEFORE_THE_LOG, before);
    }

    @Test
    @DisplayName("The same with a peer down while the server starts: nothing dropped, finished after the peer is back")
    void nothingIsDroppedWhileAPeerIsDown() throws Exception {
        List<Long> before = databases.balances();
        cutTransfer(Point.BEFORE_ANY_COMMIT);
        LocalPeer absent = databases.shop().stream()
                .filter(peer -> databases.inDoubt(peer) > 0)
                .findFirst()
                .orElseThrow();
        absent.kill();

        restart();
        server.awaitLog(line -> line.contains(missed() + " " + nameInTheExamples(absent) + " "), RECOVERY_LIMIT);
        absent.restart();
        finish();

        assertMoved(true, before);
    }

    /** Returns how the log begins to say, of a peer, that recovery wants its branches and cannot ask it. */
    String missed() {
        return "PEERAGE-022 shop: recovery cannot ask peer";
    }

    private String nameInTheExamples(LocalPeer peer) {
        return List.of("a", "b", "c").get(databases.shop().indexOf(peer));
    }

    void cutTransfer(Point point) throws Exception {
        assertThat(databases.inDoubt()).isEmpty();
        Cut cut = new Cut(point, BRANCHES, server::halt);
        wires.watch(cut);
        ShopClient shop = new ShopClient(server.uri());
        shop.awaitDeployed();
        assertThatThrownBy(() -> shop.get("transfer"))
                .as("an answer of the server, which was to be cut when %s", point)
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(ShopClient.RefusedException.class);
        assertThat(cut.isDone()).isTrue();
        assertThat(server.isRunning()).isFalse();
        boolean oneIsCommitted = point == Point.AFTER_THE_FIRST_COMMIT || point == Point.IN_THE_FIRST_COMMIT;
        assertThat(databases.inDoubt())
                .as("prepared branches when %s", point)
                .hasSize(oneIsCommitted ? BRANCHES - 1 : BRANCHES);
        wires.pass();
    }

    void restart() throws Exception {
        server.close();
        server = example.start(deployment);
    }

    /** Returns when the transaction that was cut is finished: servers do it by themselves. */
    void finish() throws Exception {
        awaitNothingInDoubt();
    }

    void awaitNothingInDoubt() throws Exception {
        Patience.await(
                "no branch in doubt on any peer",
                RECOVERY_LIMIT,
                () -> databases.inDoubt().isEmpty(),
                () -> databases.inDoubt() + "\n" + String.join("\n", server.log()));
    }

    /** Checks that a transfer moved its three amounts, or none of them. */
    void assertMoved(boolean committed, List<Long> before) {
        List<Long> after = databases.balances();
        List<Long> changes = new ArrayList<>();
        for (int i = 0; i < before.size(); i++) {
            changes.add(after.get(i) - before.get(i));
        }
        assertThat(changes)
                .as("what came on and off each account")
                .containsExactlyInAnyOrder(
                        committed ? new Long[] {-10L, 9L, 1L, 0L, 0L} : new Long[] {0L, 0L, 0L, 0L, 0L});
    }
}
