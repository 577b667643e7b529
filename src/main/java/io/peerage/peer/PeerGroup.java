/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The peers of one pool and their shared health: who may be dealt, who is left out and until when, and the checks that
 * bring a peer back.
 *
 * <p>Thread-safe. Every change of a peer's health is one compare-and-set from the state that was observed; only the
 * winner tells the {@link PeerEvents}. Reading ({@link #draw}) takes no lock.
 */
public final class PeerGroup {

    private final Dealer dealer;
    private final Ticker ticker;
    private final RandomSource random;
    private final CheckSchedule schedule;
    private final HealthChecker checker;
    private final HealthStates states;
    /** What is found out of peers; tests tell it what no check has found. */
    final Findings findings;

    /**
     * @param endpoints of the peers, in the deployer's order
     * @param checkIntervalNanos how long a peer that is down is left alone, and how often the others are asked
     */
    public PeerGroup(
            List<? extends Endpoint> endpoints,
            Selection selection,
            long checkIntervalNanos,
            Ticker ticker,
            RandomSource random,
            PeerEvents events,
            Scheduler scheduler,
            Probe probe,
            ExceptionSorter sorter) {
        List<Peer> peers = new ArrayList<>(endpoints.size());
        for (Endpoint endpoint : endpoints) {
            peers.add(new Peer(endpoint, peers.size(), ticker));
        }
        Selection safe = new SafeSelection(
                selection,
                failure -> HealthStates.tell(() -> events.broken(
                        "the Selection " + selection.getClass().getName(), "peers are drawn at random", failure)));
        this.dealer = new Dealer(safe, random);
        this.ticker = ticker;
        this.random = random;
        this.schedule = new CheckSchedule(checkIntervalNanos, ticker, random, scheduler);
        this.states = new HealthStates(List.copyOf(peers), dealer, schedule, ticker, sorter, events);
        this.findings = new Findings(states, schedule, ticker);
        this.checker = new HealthChecker(probe, sorter, schedule, findings);
    }

    /** Returns a peer that {@link #change} may make one of this group. */
    public Peer candidate(Endpoint endpoint) {
        return new Peer(endpoint, 0, ticker);
    }

    /**
     * Replaces the peers. One that stays keeps all that is known of it. One that comes, or returns, serves once a
     * probe, which starts now, has found it well; unless nobody else could serve meanwhile. One that leaves is drained
     * for good: no unit of work begins on it once this returns, those under way finish.
     *
     * @param places in the deployer's order, at least one, each peer once
     */
    public void change(List<Place> places) {
        states.change(places);
    }

    /** Begins the regular checks. */
    public void start() {
        schedule.start(states.peers(), checker::check);
    }

    /** Ends the checks; those under way finish without effect on anything else. */
    public void stop() {
        schedule.stop(states.peers());
    }

    /** Returns the peers in the deployer's order. */
    public List<Peer> peers() {
        return states.peers();
    }

    /** Returns the peer that should serve the next unit of work, or null when none can. No lock, no I/O. */
    public @Nullable Peer draw() {
        return dealer.draw(states.eligible());
    }

    /** Deals a peer for a unit of work to who has {@code mine} in hand, see {@link Dealer#deal}. */
    public Link deal(Link mine, SlotRegistry registry) {
        return dealer.deal(mine, registry, states.eligible());
    }

    /** Returns whether {@code peer} may be dealt now: there is nobody about whom there is less doubt. */
    public boolean serves(Peer peer) {
        return states.eligible().contains(peer);
    }

    /**
     * Returns whether a connection to {@code peer} that a unit of work has in hand may serve it: also one of a
     * suspected peer, if it answers. A connection that works is not thrown away for the sake of one that broke. Where
     * one peer serves all, only one to that peer.
     */
    public boolean keeps(Peer peer) {
        return states.eligible().contains(peer) || (!isExclusive() && peer.health() instanceof Health.Suspected);
    }

    /** Returns whether a unit of work may run on {@code peer} if there is nobody better that has a connection for it. */
    public boolean mayServe(Peer peer) {
        return isExclusive() ? states.eligible().contains(peer) : !peer.isOut();
    }

    /** Returns whether one peer serves all, so that nothing is to be spread. */
    public boolean isExclusive() {
        return dealer.isExclusive();
    }

    /**
     * Returns the peer to open a new connection to, or null when all that may be tried have been {@code tried}. Among
     * those that let somebody in the most likely, it is one that owns the fewest for its weight: so a pool spreads
     * while it fills, and a peer that came back fills up first.
     */
    public @Nullable Peer drawForConnect(Collection<Peer> tried) {
        if (isExclusive()) {
            Peer server = draw();
            return server == null || tried.contains(server) ? null : server;
        }
        List<Peer> left =
                states.peers().stream().filter(peer -> !tried.contains(peer)).toList();
        List<Peer> likely = Precedence.first(left, Precedence::forConnect);
        return likely.isEmpty() ? null : LeastConnectionsSelection.fewest(likely, Peer::connections, random);
    }

    /**
     * Waits until some peer can be dealt that is worth it, while asking the peers that are down. An interrupt does
     * not end the wait; the thread is interrupted when it is over.
     *
     * @param worth whether a peer that can be dealt is what the caller waits for
     * @param deadline reading of the group's ticker at which to give up
     * @return whether there is one
     */
    public boolean awaitServing(Predicate<Peer> worth, long deadline) {
        return states.awaitServing(worth, deadline);
    }

    /**
     * Records a failure that was met on a connection of {@code peer}.
     *
     * @param generation the peer's generation in which that connection was last proven good: news from before the last
     *     failure say nothing about the peer of now
     */
    public void failed(Peer peer, long generation, Verdict verdict, SQLException failure) {
        states.count(peer, verdict, failure);
        if (generation != peer.generation()) {
            return;
        }
        switch (verdict.peer()) {
            case SOUND, FULL -> {}
            case ASK -> askSoon(peer);
            case SUSPECT -> findings.suspect(peer, failure);
            case DOWN -> findings.down(peer, failure);
        }
    }

    /**
     * Records that an established connection of {@code peer} gave no answer to a ping; else as {@link #failed}.
     *
     * @param generation see {@link #failed}
     */
    public void silent(Peer peer, long generation, Verdict verdict, SQLException failure) {
        states.count(peer, verdict, failure);
        if (generation == peer.generation()) {
            peer.doubtConnections();
            findings.suspectSilent(peer, failure);
        }
    }

    /** Records that {@code peer} let a new connection in and should serve only as the last resort, and why. */
    public void lastResort(Peer peer, SQLException why) {
        states.move(
                peer,
                observed -> observed.isOut() || observed instanceof Health.LastResort
                        ? null
                        : new Health.LastResort(ticker.nanos(), why));
    }

    /** Records that a new connection to {@code peer} could not be opened. */
    public void connectFailed(Peer peer, Verdict verdict, SQLException failure) {
        states.count(peer, verdict, failure);
        switch (verdict.peer()) {
            case SOUND, FULL -> findings.loginRefused(peer, verdict, failure);
            case ASK, SUSPECT, DOWN -> {
                if (Findings.isDoubtful(verdict, failure)) {
                    findings.suspectSilent(peer, failure);
                } else {
                    findings.down(peer, failure);
                }
            }
        }
    }

    /**
     * Takes {@code peer} out: no unit of work is dealt to it, and no connection opened, once this returns; those under
     * way finish. Does nothing if it is out already.
     */
    public void drain(Peer peer) {
        states.move(
                peer,
                observed ->
                        observed instanceof Health.Drained ? null : new Health.Drained(ticker.nanos(), null, 0, false));
    }

    /** Lets a drained {@code peer} come back as soon as a probe, which starts now, finds it well. */
    public void resume(Peer peer) {
        Health observed = peer.health();
        if (observed instanceof Health.Drained drained && !drained.removed()) {
            long now = ticker.nanos();
            SQLException cause = new SQLException("resumed by the operator, not asked yet", "08001");
            if (states.move(peer, observed, new Health.Down(now, cause, now))) {
                schedule.now(peer);
            }
        }
    }

    /**
     * Asks {@code peer} now, off this thread, unless it is being asked already; also a drained one, which stays
     * drained.
     */
    public void check(Peer peer) {
        schedule.now(peer);
    }

    /**
     * Has {@code peer} asked soon, off this thread, about what may be the affair of the one that met it, a user whom a
     * request named or SQL that forges errors: nobody else sees anything of that. At once, or a second after the last
     * time; not if it is out.
     */
    public void askSoon(Peer peer) {
        if (!peer.isOut()) {
            schedule.soon(peer);
        }
    }

    /**
     * Asks {@code peer} now if it lets nobody in or is down: what it is asked with has changed. If it is just being
     * asked, perhaps with what it was before, it is asked once more.
     */
    public void reconsider(Peer peer) {
        // in this order: what a check that has ended found out can be seen
        boolean asked = peer.checks.isRunning();
        Health health = peer.health();
        if (asked || health instanceof Health.Refusing || health instanceof Health.Down) {
            schedule.afresh(peer);
        }
    }
}
