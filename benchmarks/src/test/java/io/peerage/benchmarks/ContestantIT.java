/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.LocalPeer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the contestants of the benchmark send to the servers for one query, and to which, by the servers' own counts. */
@Timeout(120)
class ContestantIT {

    private static final int QUERIES = 600;

    private static List<LocalPeer> peers;

    @BeforeAll
    static void start() {
        peers = LocalPeer.startAll(3);
    }

    @AfterAll
    static void stop() {
        peers.forEach(LocalPeer::close);
    }

    @ParameterizedTest
    @EnumSource(Contestant.Kind.class)
    void oneStatementForOneQuery(Contestant.Kind kind) throws Exception {
        String[] addresses = peers.stream().map(LocalPeer::address).toArray(String[]::new);
        try (Contestant contestant = Contestant.of(kind, addresses)) {
            for (int i = 0; i < 10; i++) {
                assertThat(contestant.select()).isEqualTo(1);
            }
            List<Long> asking = spent(counts("Questions"), counts("Questions"));
            List<Long> questions = counts("Questions");
            List<Long> pings = counts("Com_admin_commands");
            for (int i = 0; i < QUERIES; i++) {
                contestant.select();
            }
            long pinged = sum(spent(pings, counts("Com_admin_commands")));
            List<Long> asked = spent(questions, counts("Questions"));
            // each look at a counter is counted by the server itself; there are three between the two readings
            long statements = sum(asked) - 3 * sum(asking);
            System.out.printf(
                    "%s: %.3f statements and %.3f pings for one query; statements of each peer %s%n",
                    kind, statements / (double) QUERIES, pinged / (double) QUERIES, asked);
            assertThat(statements).isEqualTo(QUERIES);
            assertThat(pinged).isEqualTo(kind == Contestant.Kind.DRIVER_VALIDATED ? QUERIES : 0);
            if (kind == Contestant.Kind.PEERAGE) {
                assertThat(asked).as("each peer's share").allMatch(share -> share > QUERIES / 5);
            }
        }
    }

    private static List<Long> counts(String variable) {
        return peers.stream().map(peer -> peer.status(variable)).toList();
    }

    private static List<Long> spent(List<Long> before, List<Long> after) {
        List<Long> spent = new ArrayList<>();
        for (int i = 0; i < before.size(); i++) {
            spent.add(after.get(i) - before.get(i));
        }
        return spent;
    }

    private static long sum(List<Long> counts) {
        return counts.stream().mapToLong(Long::longValue).sum();
    }
}
