/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.LocalPeer;
import io.peerage.local.StatementWatcher;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * TomEE finishes no branch that a crash of its own left behind, so what is cut here is finished as an operator does it;
 * while it lives it carries out by itself what it decided.
 */
final class OnTomEECrashIT extends CrashContract {

    /** A branch as {@code XA RECOVER FORMAT='SQL'} prints it: the part that all branches of a transaction share first. */
    private static final Pattern BRANCH = Pattern.compile("X'([0-9A-Fa-f]+)',X'[0-9A-Fa-f]+',\\d+");

    private List<String> cut = List.of();

    OnTomEECrashIT() {
        super(new TomEEExample());
    }

    /** Its pools, and with them the checks of peers, begin with the first request. */
    @Override
    void restart() throws Exception {
        cut = databases.inDoubt();
        super.restart();
        new ShopClient(server.uri()).get("query?mode=jta");
    }

    /** There is no recovery: here the pool itself misses it. */
    @Override
    String missed() {
        return "PEERAGE-010 shop: peer";
    }

    @Override
    void finish() throws Exception {
        // Through both pools and in two phases: whatever TomEE would do by itself with what it finds, it could by now.
        new ShopClient(server.uri()).get("visit?how=both&commit=true&note=up");
        assertThat(databases.inDoubt()).as("left to the operator").containsAll(cut);
        outcomes.doesNotWork();
        for (LocalPeer peer : databases.all()) {
            for (String row : peer.execute("XA RECOVER FORMAT='SQL'").lines().toList()) {
                finishByHand(peer, row);
            }
        }
        assertThat(databases.inDoubt()).as("finished by hand").isEmpty();
    }

    private void finishByHand(LocalPeer peer, String row) throws Exception {
        Matcher branch = BRANCH.matcher(row);
        assertThat(branch.find()).as(row).isTrue();
        String verb = "commit".equals(decision(branch.group(1))) ? "XA COMMIT " : "XA ROLLBACK ";
        peer.execute(verb + branch.group());
    }

    /**
     * Asks TomEE's log as docs/servers.md tells an operator to: what is prepared and not written there was never
     * decided.
     */
    private String decision(String globalTransaction) throws Exception {
        Process shell = new ProcessBuilder(
                        "/bin/sh",
                        "-c",
                        "cat txlog/howl_*.log | od -An -v -tx1 | tr -d ' \\n' | grep -qi " + globalTransaction
                                + " && echo commit || echo roll back")
                .directory(deployment.directory().resolve("base").toFile())
                .redirectErrorStream(true)
                .start();
        String answer = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(shell.waitFor()).as(answer).isZero();
        assertThat(answer).isIn("commit", "roll back");
        return answer;
    }

    /** The adapter opens another connection to the peer, and TomEE does not even notice. */
    @Test
    void aCommitWhoseConnectionIsLostIsCarriedOutAtOnce() throws Exception {
        List<Long> before = databases.balances();
        AtomicBoolean lost = new AtomicBoolean();
        wires.watch(atTheFirstCommit(lost, () -> false));

        new ShopClient(server.uri()).get("transfer");

        assertThat(lost).isTrue();
        assertThat(databases.inDoubt()).isEmpty();
        assertMoved(true, before);
    }

    /** TomEE has told the application that all is well by then, and goes on asking the connection it has. */
    @Test
    void aCommitWhosePeerIsDeadIsCarriedOutWhenThePeerIsBack() throws Exception {
        List<Long> before = databases.balances();
        LocalPeer[] dead = new LocalPeer[1];
        AtomicBoolean done = new AtomicBoolean();
        wires.watch(atTheFirstCommit(done, () -> {
            dead[0] = databases.shop().stream()
                    .filter(peer -> databases.inDoubt(peer) > 0)
                    .findFirst()
                    .orElseThrow();
            dead[0].kill();
            return true;
        }));

        new ShopClient(server.uri()).get("transfer");

        assertThat(done).isTrue();
        assertThat(server.log()).anyMatch(line -> line.contains("continuing to commit other RMs"));
        dead[0].restart();
        awaitNothingInDoubt();
        assertMoved(true, before);
    }

    private static StatementWatcher atTheFirstCommit(AtomicBoolean reached, BooleanSupplier act) {
        return new StatementWatcher() {
            @Override
            public boolean forwards(String sql) {
                return !sql.contains("XA COMMIT") || !reached.compareAndSet(false, true) || act.getAsBoolean();
            }

            @Override
            public boolean answers(String sql) {
                return true;
            }
        };
    }
}
