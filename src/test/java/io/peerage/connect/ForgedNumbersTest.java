/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.peer.Health;
import io.peerage.peer.Peer;
import io.peerage.peer.Phase;
import io.peerage.server.Readiness;
import java.sql.SQLException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A number that a trigger can send with each unit of work, or a server in another language in earnest. */
class ForgedNumbersTest {

    private final SimulatedTime time = new SimulatedTime();
    private final FakePeers peers = new FakePeers(time, new Random(20261129)::nextInt, 2, 86_400);
    private final Peer peer = peers.peer(0);

    private void meet(String state, int number) {
        SQLException failure = new SQLException("ein Wort der Anwendung", state, number);
        peers.group.failed(peer, peer.generation(), FakePeers.SORTER.sort(failure, Phase.USE), failure);
    }

    @ParameterizedTest
    @CsvSource({"HY000, 3168", "HY000, 3032", "HY000, 1836", "HY000, 1180", "08S01, 1053", "08004, 1040"})
    void askAtMostOnceASecondAndChangeNothing(String state, int number) {
        peers.group.start();
        Health before = peer.health();
        for (int i = 0; i < 1_000; i++) {
            meet(state, number);
            time.pass(10, MILLISECONDS);
        }
        assertThat(peers.probed).hasSizeBetween(9, 11);
        assertThat(peer.health()).isSameAs(before);
        assertThat(peer.generation()).as("no connection is in doubt").isZero();
    }

    @Test
    void whoCannotServeIsFoundOutWithinASecond() {
        peers.group.start();
        meet("HY000", 3032);
        time.pass(10, MILLISECONDS);
        peers.broken.put(peer, Readiness.notReady("offline_mode is ON"));
        meet("HY000", 3032);
        time.pass(1, SECONDS);
        assertThat(peer.health()).isInstanceOf(Health.Down.class);
    }
}
