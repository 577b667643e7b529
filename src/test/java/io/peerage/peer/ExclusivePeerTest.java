/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import static io.peerage.peer.Verdicts.failure;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which one serves, where one peer serves all. */
class ExclusivePeerTest {

    private final FakeTime time = new FakeTime();
    private final PeerGroup group = group(new AffinitySelection());
    private final Peer a = group.peers().get(0);
    private final Peer b = group.peers().get(1);
    private final Peer c = group.peers().get(2);

    private PeerGroup group(Selection selection) {
        return new PeerGroup(
                List.of(new NamedEndpoint("a", 1), new NamedEndpoint("b", 1), new NamedEndpoint("c", 1)),
                selection,
                TimeUnit.SECONDS.toNanos(30),
                time,
                bound -> 0,
                PeerEvents.NONE,
                time,
                peer -> null,
                Verdicts::sort);
    }

    @BeforeEach
    void start() {
        group.start();
    }

    private void assertAllLeadTo(Peer server) {
        assertThat(group.draw()).isSameAs(server);
        assertThat(group.drawForConnect(List.of())).isSameAs(server);
        assertThat(group.drawForConnect(List.of(server))).isNull();
        for (Peer peer : group.peers()) {
            assertThat(group.keeps(peer)).isEqualTo(peer == server);
            assertThat(group.mayServe(peer)).isEqualTo(peer == server);
            assertThat(group.serves(peer)).isEqualTo(peer == server);
        }
    }

    @Test
    void itIsTheFirstThatCanServe() {
        assertAllLeadTo(a);
        group.connectFailed(a, Verdicts.DOWN, failure("DOWN"));
        assertAllLeadTo(b);
        group.drain(b);
        assertAllLeadTo(c);
        group.drain(c);
        assertThat(group.draw()).isNull();
        assertThat(group.drawForConnect(List.of())).isNull();
        group.resume(b);
        time.runReady();
        assertAllLeadTo(b);
        time.pass(34, TimeUnit.SECONDS);
        assertAllLeadTo(a);
    }

    /** A suspicion or a full server is no death, and who went elsewhere would be a second writer. */
    @Test
    void itStaysWhileItLives() {
        group.failed(a, a.generation(), Verdicts.SUSPECT, failure("08S01"));
        assertThat(a.health()).isInstanceOf(Health.Suspected.class);
        assertAllLeadTo(a);
        time.runReady();
        assertThat(a.health()).isInstanceOf(Health.Up.class);
        group.connectFailed(a, Verdicts.FULL, failure("FULL"));
        assertThat(a.health()).isInstanceOf(Health.Refusing.class);
        assertAllLeadTo(a);
    }

    /** It lives, and lets nobody in who comes now. */
    @Test
    void oneThatRefusesTheUserIsNotIt() {
        group.connectFailed(a, Verdicts.SOUND, failure("SOUND"));
        assertAllLeadTo(b);
        group.connectFailed(b, Verdicts.SOUND, failure("SOUND"));
        group.drain(c);
        assertAllLeadTo(a);
    }

    @Test
    void aLastResortIsItOnlyWhileNobodyElseIs() {
        group.lastResort(a, failure("08001"));
        assertAllLeadTo(b);
        group.lastResort(b, failure("08001"));
        group.drain(c);
        assertAllLeadTo(a);
    }

    /** Waiting for room on the one that serves ends when another serves, and not before. */
    @Test
    void onlyTheOneIsWaitedFor() {
        group.connectFailed(a, Verdicts.FULL, failure("FULL"));
        assertThat(group.awaitServing(peer -> peer == b, time.nanos())).isFalse();
        group.drain(a);
        assertThat(group.awaitServing(peer -> peer == b, time.nanos())).isTrue();
    }

    @Test
    void nothingIsEvenedOut() {
        SlotRegistry registry = new SlotRegistry(bound -> 0);
        for (int i = 0; i < 3; i++) {
            registry.add(new Slot(new Link(a) {}));
        }
        assertThat(Balance.even(group, registry, List.of())).isNull();
        assertThat(Balance.leaving(group, registry)).isNull();
        group.drain(a);
        group.resume(a);
        Link left = Balance.leaving(group, registry);
        assertThat(left).isNotNull();
        assertThat(Balance.goal(group, List.of())).isSameAs(b);
    }
}
