/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import io.peerage.local.LocalPeer;
import io.peerage.local.Relay;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Hurts peers at random and mends them again: each is killed, stopped in order, frozen or drained, and those behind a
 * relay lose their connections or hear nothing more. Often one at a time, at times all of them. Confined to one thread.
 */
final class Chaos {

    private final PeerControl control;
    private final List<Victim> victims = new ArrayList<>();
    private final Map<Harm, Integer> done = new EnumMap<>(Harm.class);

    /** What is done to a peer. */
    enum Harm {
        KILL,
        STOP,
        FREEZE,
        DRAIN,
        RESET,
        STALL
    }

    /** A peer, and the harm it suffers or will suffer. Each has a choice of its own, which no other's timing changes. */
    private static final class Victim {
        final LocalPeer peer;
        final Relay relay;
        final Random random;
        Harm harm = Harm.RESET;
        boolean hurt;
        /** When it is mended, or hurt the next time, by {@link System#nanoTime}. */
        long next;

        Victim(LocalPeer peer, Relay relay, long seed) {
            this.peer = peer;
            this.relay = relay;
            this.random = new Random(seed);
            later(200, 3_000);
        }

        void later(int leastMillis, int mostMillis) {
            next = System.nanoTime()
                    + TimeUnit.MILLISECONDS.toNanos(leastMillis + random.nextInt(mostMillis - leastMillis));
        }
    }

    Chaos(long seed, PeerControl control, List<LocalPeer> peers, List<Relay> relays) {
        this.control = control;
        for (int i = 0; i < peers.size(); i++) {
            victims.add(new Victim(peers.get(i), relays.get(i), seed + i));
        }
    }

    /** Mends those whose time is over, and hurts another now and then. */
    void step() {
        for (Victim victim : victims) {
            if (System.nanoTime() - victim.next >= 0) {
                if (victim.hurt) {
                    mend(victim);
                    victim.later(500, 3_500);
                } else {
                    hurt(victim);
                    victim.later(200, 3_000);
                }
            }
        }
    }

    /** Mends all. */
    void mendAll() {
        victims.stream().filter(victim -> victim.hurt).forEach(this::mend);
    }

    /** Returns how often each harm was done. */
    Map<Harm, Integer> done() {
        return done;
    }

    private void hurt(Victim victim) {
        victim.harm = Harm.values()[victim.random.nextInt(Harm.values().length)];
        victim.hurt = true;
        done.merge(victim.harm, 1, Integer::sum);
        switch (victim.harm) {
            case KILL -> victim.peer.kill();
            case STOP -> victim.peer.stop();
            case FREEZE -> victim.peer.freeze();
            case DRAIN -> control.drain(victim.peer.name());
            case RESET -> victim.relay.reset();
            case STALL -> victim.relay.stall();
        }
    }

    private void mend(Victim victim) {
        switch (victim.harm) {
            case KILL, STOP -> {
                victim.peer.restart();
                patience(victim.peer);
            }
            case FREEZE -> victim.peer.thaw();
            case DRAIN -> control.resume(victim.peer.name());
            case RESET -> {}
            case STALL -> victim.relay.pass();
        }
        victim.hurt = false;
    }

    /** Has transfers that wait for a branch nobody works on fail in seconds: a lock is waited for 50 s else. */
    static void patience(LocalPeer peer) {
        peer.execute("SET GLOBAL innodb_lock_wait_timeout = 2");
    }
}
