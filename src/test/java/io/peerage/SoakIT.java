/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.LocalPeer;
import io.peerage.local.PacedLoad;
import io.peerage.local.Patience;
import io.peerage.local.Relay;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Transfers between accounts from eight threads while peers are killed, stopped, frozen, drained, reset and stalled at
 * random. At the end the books of every peer are exact and nothing is left over.
 *
 * <p>{@code -Dpeerage.soak.seed} repeats the choices of a run (what they meet differs), {@code -Dpeerage.soak.seconds}
 * sets its length: 60 where {@code peerage.ci} is true, else 20.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class SoakIT {

    private static final int THREADS = 8;

    /** Threads inherit the group of who makes them, which tells those of this test from those of tests before it. */
    private final ThreadGroup group = new ThreadGroup("soak");

    private final LivePeers live = new LivePeers(3);
    private final List<Relay> relays =
            live.peers.stream().map(peer -> Relay.to(peer.port())).toList();
    private final LifoContainer container = new LifoContainer(12);

    @AfterEach
    void close() {
        container.close();
        relays.forEach(Relay::close);
        live.close();
    }

    private PeerManagedConnectionFactory factory(List<LocalPeer> peers) {
        PeerManagedConnectionFactory factory = live.factory();
        factory.setPeers(peers.stream()
                .map(peer ->
                        peer.name() + "@" + relays.get(live.peers.indexOf(peer)).address())
                .collect(Collectors.joining(",")));
        factory.setHungAfterMillis(1_000);
        factory.setAcquireTimeoutMillis(10_000);
        factory.setRebalancePerSecond(10);
        return factory;
    }

    @Test
    void theBooksAreExactAndNothingIsLeft() throws Exception {
        FutureTask<Void> soak = new FutureTask<>(() -> {
            soak();
            return null;
        });
        new Thread(group, soak, "soak").start();
        soak.get();
        Patience.await(
                "the threads of the adapter to end: " + threads(),
                () -> threads().isEmpty());
    }

    private void soak() throws Exception {
        long seed = Long.getLong("peerage.soak.seed", System.nanoTime());
        int seconds = Integer.getInteger("peerage.soak.seconds", Boolean.getBoolean("peerage.ci") ? 60 : 20);
        System.out.println("soak: " + seconds + " s, -Dpeerage.soak.seed=" + seed);
        for (LocalPeer peer : live.peers) {
            Transfers.open(peer);
            Chaos.patience(peer);
        }
        PeerManagedConnectionFactory factory = factory(live.peers);
        PeerDataSource source = container.fill(factory, 12).dataSource(factory);
        Transfers transfers = new Transfers(container, factory);
        Chaos chaos = new Chaos(seed, source.unwrap(PeerControl.class), live.peers, relays);
        try (PacedLoad load = PacedLoad.startEach(THREADS, transfers::of)) {
            long end = System.nanoTime() + SECONDS.toNanos(seconds);
            Patience.await("the time to pass", Duration.ofSeconds(seconds + 60), () -> {
                chaos.step();
                return System.nanoTime() - end >= 0;
            });
            chaos.mendAll();
            for (LocalPeer peer : live.peers) {
                LivePeers.awaitState(source, peer.name(), "up");
            }
            load.awaitEveryThread();
            System.out.println("soak: " + chaos.done() + ", worst request " + load.worstMillis() + " ms");
        }
        assertThat(threads()).as("threads of the adapter at work").isNotEmpty();
        container.close();
        for (LocalPeer peer : live.peers) {
            Patience.await("no connection to be left on " + peer, () -> sessions(peer) == 0);
        }
        recover(transfers);
        checkBooks(transfers);
        for (LocalPeer peer : live.peers) {
            assertThat(sessions(peer)).as("connections left on " + peer).isZero();
        }
    }

    /** Finishes what two-phase commits left, through the adapter, as a transaction manager does at its start. */
    private void recover(Transfers transfers) throws Exception {
        for (LocalPeer peer : live.peers) {
            PeerManagedConnectionFactory factory = factory(List.of(peer));
            try (GlobalTransaction.Recovery recovery = GlobalTransaction.recovery(factory)) {
                assertThat(transfers.recover(recovery))
                        .as("branches of unknown fate on " + peer)
                        .isZero();
            }
            LivePeers.stop(factory);
            assertThat(peer.execute("XA RECOVER"))
                    .as("prepared branches on " + peer)
                    .isEmpty();
            Patience.await("recovery to leave " + peer, () -> sessions(peer) == 0);
        }
    }

    private void checkBooks(Transfers transfers) {
        Set<String> booked = new HashSet<>();
        for (LocalPeer peer : live.peers) {
            assertThat(Transfers.wrongBalances(peer))
                    .as("wrong balances on " + peer)
                    .isZero();
            peer.execute("SELECT id FROM shop.ledger")
                    .lines()
                    .forEach(id -> assertThat(booked.add(id)).as("booked once").isTrue());
        }
        Set<String> committed = transfers.with(Transfers.Outcome.COMMITTED);
        Set<String> undone = transfers.with(Transfers.Outcome.UNDONE);
        Set<String> unknown = transfers.with(Transfers.Outcome.UNKNOWN);
        System.out.println("soak: " + committed.size() + " transfers committed, " + undone.size() + " failed before, "
                + unknown.size() + " unknown, of which "
                + common(unknown, booked).size() + " are booked");
        assertThat(without(committed, booked)).as("acknowledged but not booked").isEmpty();
        assertThat(common(undone, booked))
                .as("failed before the commit but booked")
                .isEmpty();
        assertThat(without(without(booked, committed), unknown))
                .as("booked out of nowhere")
                .isEmpty();
        assertThat(committed).hasSizeGreaterThan(undone.size() + unknown.size());
    }

    private static Set<String> without(Set<String> all, Set<String> some) {
        Set<String> rest = new HashSet<>(all);
        rest.removeAll(some);
        return rest;
    }

    private static Set<String> common(Set<String> some, Set<String> others) {
        Set<String> both = new HashSet<>(some);
        both.retainAll(others);
        return both;
    }

    private static int sessions(LocalPeer peer) {
        return Integer.parseInt(peer.execute("SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'app'"));
    }

    /** Returns the names of the adapter's threads; relays and servers have some of their own. */
    private List<String> threads() {
        Thread[] all = new Thread[group.activeCount() + 100];
        return Arrays.stream(all, 0, group.enumerate(all))
                .map(Thread::getName)
                .filter(name -> name.startsWith("peerage-")
                        && !name.startsWith("peerage-relay")
                        && !name.startsWith("peerage-local"))
                .toList();
    }
}
