/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
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

    /** How often the peers are asked while every peer is down and somebody waits. */
    private static final long HURRY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /** In the deployer's order. Replaced as a whole under {@code lock}, together with {@link #eligible}. */
    private volatile List<Peer> peers;

    private final Dealer dealer;
    private final Ticker ticker;
    private final RandomSource random;
    private final PeerEvents events;
    private final HealthChecker checks;
    private final ExceptionSorter sorter;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** Written under {@code lock}, so that of two writers the later one has seen both changes. */
    private volatile EligiblePeers eligible;

    /** Chooses the one peer that serves all; null if each unit of work has its own. */
    private final @Nullable ExclusivePeer soleServer;

    /**
     * @param members name and weight of each peer, in the deployer's order
     * @param checkIntervalNanos how long a peer that is down is left alone, and how often the others are asked
     */
    public PeerGroup(
            List<Member> members,
            Selection selection,
            long checkIntervalNanos,
            Ticker ticker,
            RandomSource random,
            PeerEvents events,
            Scheduler scheduler,
            Probe probe,
            ExceptionSorter sorter) {
        List<Peer> list = new ArrayList<>(members.size());
        for (Member member : members) {
            list.add(new Peer(member.name(), list.size(), member.weight(), ticker));
        }
        this.peers = List.copyOf(list);
        Selection safe = new SafeSelection(
                selection,
                failure -> tell(() -> events.broken(
                        "the Selection " + selection.getClass().getName(), "peers are drawn at random", failure)));
        this.dealer = new Dealer(safe, random);
        this.ticker = ticker;
        this.random = random;
        this.events = events;
        this.soleServer = safe.isExclusive() ? new ExclusivePeer(safe, random) : null;
        this.eligible = eligible();
        this.sorter = sorter;
        this.checks = new HealthChecker(this, checkIntervalNanos, ticker, random, scheduler, probe, sorter);
    }

    /** Name and weight of a peer to be. */
    public record Member(String name, int weight) {}

    private EligiblePeers eligible() {
        return soleServer == null ? EligiblePeers.of(peers) : soleServer.eligible(peers);
    }

    /** A peer in the order to be, with its weight. */
    public record Place(Peer peer, int weight) {}

    /** Returns a peer that {@link #change} may make one of this group. */
    public Peer candidate(String name) {
        return new Peer(name, 0, 1, ticker);
    }

    /**
     * Replaces the peers. One that stays keeps all that is known of it. One that comes, or returns, serves once a probe,
     * which starts now, has found it well; unless nobody else could serve meanwhile. One that leaves is drained for good:
     * no unit of work begins on it once this returns, those under way finish.
     *
     * @param places in the deployer's order, at least one, each peer once
     */
    public void change(List<Place> places) {
        List<Peer> before;
        List<Peer> after = places.stream().map(Place::peer).toList();
        boolean lastOneGone;
        lock.lock();
        try {
            before = peers;
            for (int i = 0; i < places.size(); i++) {
                Peer peer = places.get(i).peer();
                peer.place(i, places.get(i).weight());
                // What was owed among others is nobody's debt any more.
                peer.owed.set(0);
            }
            boolean alone = EligiblePeers.of(
                            after.stream().filter(before::contains).toList())
                    .isEmpty();
            for (Peer peer : after) {
                if (!before.contains(peer)) {
                    arrive(peer, alone);
                }
            }
            boolean served = !eligible.isEmpty();
            peers = after;
            eligible = eligible();
            lastOneGone = served && eligible.isEmpty();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        for (Peer peer : before) {
            if (!after.contains(peer)) {
                remove(peer);
            }
        }
        for (Peer peer : after) {
            if (!before.contains(peer)) {
                checks.admit(peer);
            }
        }
        if (lastOneGone) {
            tell(() -> events.allDown(after));
        }
    }

    /** Nobody else moves a peer that is in no list. */
    private void arrive(Peer peer, boolean trusted) {
        long now = ticker.nanos();
        SQLException cause = new SQLException("listed just now, not asked yet", "08001");
        Health next = trusted ? new Health.Up(now) : new Health.Down(now, cause, now);
        while (!peer.move(peer.health(), next)) {
            // A check that somebody wanted of it while it was leaving has just ended.
        }
    }

    private void remove(Peer peer) {
        Health observed;
        do {
            observed = peer.health();
        } while (!peer.move(observed, new Health.Drained(ticker.nanos(), observed.cause(), 0, true)));
        checks.dismiss(peer);
        tell(() -> events.removed(peer));
    }

    /** Begins the regular checks. */
    public void start() {
        checks.start();
    }

    /** Ends the checks; those under way finish without effect on anything else. */
    public void stop() {
        checks.stop();
    }

    /** Returns the peers in the deployer's order. */
    public List<Peer> peers() {
        return peers;
    }

    /** Returns the peer that should serve the next unit of work, or null when none can. No lock, no I/O. */
    public @Nullable Peer draw() {
        return dealer.draw(eligible);
    }

    /** Deals a peer for a unit of work to who has {@code mine} in hand, see {@link Dealer#deal}. */
    public Link deal(Link mine, SlotRegistry registry) {
        return dealer.deal(mine, registry, eligible);
    }

    /** Returns how many units of work {@code peer} is owed, see {@link Deficits}; 0 under a selection that evens nothing out. */
    int owed(Peer peer) {
        return Deficits.owed(peer);
    }

    /** Returns whether {@code peer} may be dealt now: there is nobody about whom there is less doubt. */
    public boolean serves(Peer peer) {
        return eligible.contains(peer);
    }

    /**
     * Returns whether a connection to {@code peer} that a unit of work has in hand may serve it: also one of a suspected
     * peer, if it answers. A connection that works is not thrown away for the sake of one that broke. Where one peer serves
     * all, only one to that peer.
     */
    public boolean keeps(Peer peer) {
        return eligible.contains(peer) || (soleServer == null && peer.health() instanceof Health.Suspected);
    }

    /** Returns whether a unit of work may run on {@code peer} if there is nobody better that has a connection for it. */
    public boolean mayServe(Peer peer) {
        return soleServer == null ? !isOut(peer) : eligible.contains(peer);
    }

    /** Returns whether one peer serves all, so that nothing is to be spread. */
    public boolean isExclusive() {
        return soleServer != null;
    }

    /** Returns whether {@code peer} is out: down, or taken out by the operator. */
    public static boolean isOut(Peer peer) {
        Health health = peer.health();
        return health instanceof Health.Down || health instanceof Health.Probing || health instanceof Health.Drained;
    }

    /** Returns the peer to open a new connection to, or null when all that may be tried have been {@code tried}. */
    public @Nullable Peer drawForConnect(Collection<Peer> tried) {
        if (soleServer == null) {
            return ConnectOrder.next(peers, tried, random);
        }
        Peer server = draw();
        return server == null || tried.contains(server) ? null : server;
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
        boolean interrupted = false;
        lock.lock();
        try {
            while (true) {
                if (eligible.stream().anyMatch(worth)) {
                    return true;
                }
                long left = deadline - ticker.nanos();
                if (left <= 0) {
                    return false;
                }
                checks.hurry(HURRY_NANOS);
                try {
                    ticker.await(changed, Math.min(left, HURRY_NANOS));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            lock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Records a failure that was met on a connection of {@code peer}.
     *
     * @param generation the peer's generation in which that connection was last proven good: news from before the last
     *     failure say nothing about the peer of now
     */
    public void failed(Peer peer, long generation, Verdict verdict, SQLException failure) {
        count(peer, verdict, failure);
        if (generation != peer.generation()) {
            return;
        }
        switch (verdict.peer()) {
            case SOUND, FULL -> {}
            case ASK -> askSoon(peer);
            case SUSPECT -> suspect(peer, failure);
            case DOWN -> down(peer, failure);
        }
    }

    /**
     * Records that an established connection of {@code peer} gave no answer to a ping; else as {@link #failed}.
     *
     * @param generation see {@link #failed}
     */
    public void silent(Peer peer, long generation, Verdict verdict, SQLException failure) {
        count(peer, verdict, failure);
        if (generation == peer.generation()) {
            peer.doubtConnections();
            suspectSilent(peer, failure);
        }
    }

    /** Records that {@code peer} let a new connection in and should serve only as the last resort, and why. */
    public void lastResort(Peer peer, SQLException why) {
        while (true) {
            Health observed = peer.health();
            if (isOut(peer) || observed instanceof Health.LastResort) {
                return;
            }
            if (move(peer, observed, new Health.LastResort(ticker.nanos(), why), () -> events.lastResort(peer, why))) {
                return;
            }
        }
    }

    /** Records that a new connection to {@code peer} could not be opened. */
    public void connectFailed(Peer peer, Verdict verdict, SQLException failure) {
        count(peer, verdict, failure);
        switch (verdict.peer()) {
            case SOUND, FULL -> refuse(peer, verdict, failure);
            case ASK, SUSPECT, DOWN -> {
                if (isDoubtful(verdict, failure)) {
                    suspectSilent(peer, failure);
                } else {
                    down(peer, failure);
                }
            }
        }
    }

    /** Returns whether a connect that failed so may have met a peer that is only slow to let somebody in. */
    private static boolean isDoubtful(Verdict verdict, SQLException failure) {
        return verdict.peer() != Verdict.Standing.DOWN || Silence.in(failure);
    }

    /**
     * Takes {@code peer} out: no unit of work is dealt to it, and no connection opened, once this returns; those under
     * way finish. Does nothing if it is out already.
     */
    public void drain(Peer peer) {
        while (true) {
            Health observed = peer.health();
            if (observed instanceof Health.Drained) {
                return;
            }
            if (move(peer, observed, new Health.Drained(ticker.nanos(), null, 0, false), () -> events.drained(peer))) {
                return;
            }
        }
    }

    /** Lets a drained {@code peer} come back as soon as a probe, which starts now, finds it well. */
    public void resume(Peer peer) {
        Health observed = peer.health();
        if (observed instanceof Health.Drained drained && !drained.removed()) {
            long now = ticker.nanos();
            SQLException cause = new SQLException("resumed by the operator, not asked yet", "08001");
            if (move(peer, observed, new Health.Down(now, cause, now), () -> events.resumed(peer))) {
                checks.now(peer);
            }
        }
    }

    /** Asks {@code peer} now, off this thread, unless it is being asked already; also a drained one, which stays drained. */
    public void check(Peer peer) {
        checks.now(peer);
    }

    /**
     * Has {@code peer} asked soon, off this thread, about what may be the affair of the one that met it, a user whom a
     * request named or SQL that forges errors: nobody else sees anything of that. At once, or a second after the last time;
     * not if it is out.
     */
    public void askSoon(Peer peer) {
        if (!isOut(peer)) {
            checks.soon(peer);
        }
    }

    /**
     * Asks {@code peer} now if it lets nobody in or is down: what it is asked with has changed. If it is just being asked,
     * perhaps with what it was before, it is asked once more.
     */
    public void reconsider(Peer peer) {
        // in this order: what a check that has ended found out can be seen
        boolean asked = peer.isBeingAsked();
        Health health = peer.health();
        if (asked || health instanceof Health.Refusing || health instanceof Health.Down) {
            checks.afresh(peer);
        }
    }

    private void count(Peer peer, Verdict verdict, SQLException failure) {
        peer.count(verdict);
        tell(() -> events.failure(peer, verdict, failure));
    }

    private void suspect(Peer peer, SQLException cause) {
        while (true) {
            Health observed = peer.health();
            if (observed instanceof Health.LastResort) {
                peer.doubtConnections();
                checks.now(peer);
                return;
            }
            if (!(observed instanceof Health.Up || observed instanceof Health.Refusing)) {
                return;
            }
            Health next = new Health.Suspected(ticker.nanos(), cause, false);
            if (move(peer, observed, next, () -> events.suspected(peer, cause))) {
                peer.doubtConnections();
                checks.now(peer);
                return;
            }
        }
    }

    /** Nothing was heard of {@code peer} in time: it is asked, and silence once more takes it out. */
    private void suspectSilent(Peer peer, SQLException cause) {
        while (true) {
            Health observed = peer.health();
            boolean known = (observed instanceof Health.Suspected suspected && suspected.silent())
                    || (observed instanceof Health.Refusing refusing && refusing.isSlow());
            if (isOut(peer) || known) {
                return;
            }
            if (observed instanceof Health.LastResort || toSilent(peer, observed, cause)) {
                checks.now(peer);
                return;
            }
        }
    }

    private boolean toSilent(Peer peer, Health observed, SQLException cause) {
        Health next = new Health.Suspected(ticker.nanos(), cause, true);
        return move(peer, observed, next, () -> {
            if (!(observed instanceof Health.Suspected)) {
                events.suspected(peer, cause);
            }
        });
    }

    private void refuse(Peer peer, Verdict verdict, SQLException cause) {
        Health observed = peer.health();
        if (observed instanceof Health.Up) {
            long pause = checks.refusalPause(verdict);
            long now = ticker.nanos();
            Health next = new Health.Refusing(now, cause, now + pause, verdict.peer());
            if (move(peer, observed, next, () -> events.refusing(peer, cause))) {
                checks.schedule(peer, pause);
            }
        } else if (observed instanceof Health.LastResort) {
            askWhetherThereIsRoom(peer, verdict);
        }
    }

    /** It stays what it is while it is full, and there may be room again at any moment. */
    private void askWhetherThereIsRoom(Peer peer, Verdict verdict) {
        if (verdict.peer() == Verdict.Standing.FULL) {
            checks.soon(peer);
        }
    }

    private void down(Peer peer, SQLException cause) {
        while (true) {
            Health observed = peer.health();
            if (observed instanceof Health.Down
                    || observed instanceof Health.Probing
                    || observed instanceof Health.Drained) {
                return;
            }
            if (down(peer, observed, cause)) {
                return;
            }
        }
    }

    private boolean down(Peer peer, Health observed, SQLException cause) {
        long now = ticker.nanos();
        long pause = checks.interval();
        Health next = new Health.Down(now, cause, now + pause);
        if (!move(peer, observed, next, () -> events.down(peer, cause, pause))) {
            return false;
        }
        peer.doubtConnections();
        checks.schedule(peer, pause);
        return true;
    }

    /**
     * What a check that began in state {@code observed} found out. A state that has moved on since wins.
     *
     * @param lastResort why the peer should serve only as the last resort, or null
     */
    void checked(Peer peer, Health observed, @Nullable SQLException lastResort) {
        if (observed instanceof Health.Down) {
            return;
        }
        if (observed instanceof Health.Drained drained) {
            answered(peer, drained, null, 0);
        } else if (lastResort != null) {
            asLastResort(peer, observed, lastResort);
        } else if (!(observed instanceof Health.Up)) {
            long now = ticker.nanos();
            move(peer, observed, new Health.Up(now), () -> {
                if (observed instanceof Health.Probing) {
                    events.up(peer, now - observed.since());
                } else if (observed instanceof Health.Suspected) {
                    events.cleared(peer);
                } else if (observed instanceof Health.LastResort) {
                    events.inFullOrder(peer);
                } else {
                    events.admitting(peer);
                }
            });
        }
    }

    private void asLastResort(Peer peer, Health observed, SQLException why) {
        if (observed instanceof Health.LastResort before) {
            Health next = new Health.LastResort(before.since(), why);
            if (isOtherReason(before, next)) {
                move(peer, observed, next, () -> events.changedReason(peer, next));
            }
            return;
        }
        long now = ticker.nanos();
        move(peer, observed, new Health.LastResort(now, why), () -> {
            if (observed instanceof Health.Probing) {
                events.up(peer, now - observed.since());
            }
            events.lastResort(peer, why);
        });
    }

    /**
     * What a check that began in state {@code observed} met. A state that has moved on since wins.
     *
     * @param moved tells whether an established connection of the peer moved since the check began
     */
    void checkFailed(Peer peer, Health observed, Verdict verdict, SQLException failure, BooleanSupplier moved) {
        count(peer, verdict, failure);
        boolean silent = Silence.in(failure);
        if (observed instanceof Health.Drained drained) {
            answered(peer, drained, failure, silent && !moved.getAsBoolean() ? drained.silences() + 1 : 0);
            return;
        }
        boolean lives = verdict.peer() == Verdict.Standing.SOUND || verdict.peer() == Verdict.Standing.FULL;
        if (lives) {
            refused(peer, observed, verdict, failure);
        } else if (observed instanceof Health.Probing) {
            Health next = new Health.Down(observed.since(), failure, ticker.nanos() + checks.interval());
            move(peer, observed, next, () -> tellReason(peer, observed, next));
        } else if (observed instanceof Health.Down) {
            return;
        } else if (isDoubtful(verdict, failure) && moved.getAsBoolean()) {
            refused(peer, observed, verdict, failure);
        } else if (isDoubtful(verdict, failure) && !(observed instanceof Health.Suspected before && before.silent())) {
            toSilent(peer, observed, failure);
        } else {
            down(peer, observed, failure);
        }
    }

    /** The peer lives, and let the check not in. One that served as the last resort goes on to do so. */
    private void refused(Peer peer, Health observed, Verdict verdict, SQLException failure) {
        if (observed instanceof Health.LastResort) {
            askWhetherThereIsRoom(peer, verdict);
            return;
        }
        long now = ticker.nanos();
        Health next = new Health.Refusing(now, failure, now + checks.refusalPause(verdict), verdict.peer());
        move(peer, observed, next, () -> {
            if (observed instanceof Health.Probing) {
                events.up(peer, now - observed.since());
            }
            if (observed instanceof Health.Refusing) {
                tellReason(peer, observed, next);
            } else {
                events.refusing(peer, failure);
            }
        });
    }

    private void tellReason(Peer peer, Health before, Health now) {
        if (isOtherReason(before, now)) {
            events.changedReason(peer, now);
        }
    }

    private boolean isOtherReason(Health before, Health now) {
        return !Reason.of(before.cause(), sorter).equals(Reason.of(now.cause(), sorter));
    }

    /** A check that began in state {@code observed} was ended before it had an answer: it says nothing of the peer. */
    void abandoned(Peer peer, Health observed) {
        if (observed instanceof Health.Probing probing) {
            move(peer, observed, new Health.Down(probing.since(), probing.cause(), ticker.nanos()), () -> {});
        }
    }

    /** Only the operator ends a drain; but calls that hang on the peer depend on what it answers. */
    private void answered(Peer peer, Health.Drained observed, @Nullable SQLException failure, int silences) {
        move(peer, observed, new Health.Drained(observed.since(), failure, silences, observed.removed()), () -> {});
    }

    /** The claim to ask a peer that is down: the state that was moved to, or null if another was faster. */
    Health.@Nullable Probing probing(Peer peer, Health.Down observed) {
        Health.Probing probing = new Health.Probing(observed.since(), observed.cause());
        return move(peer, observed, probing, () -> {}) ? probing : null;
    }

    /** Changes what is known of {@code peer} if it still is {@code observed}; only then {@code event} is told. */
    private boolean move(Peer peer, Health observed, Health next, Runnable event) {
        if (!peer.move(observed, next)) {
            return false;
        }
        boolean lastOneGone;
        lock.lock();
        try {
            EligiblePeers before = eligible;
            EligiblePeers after = eligible();
            eligible = after;
            lastOneGone = !before.isEmpty() && after.isEmpty();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        tell(event);
        if (lastOneGone) {
            tell(() -> events.allDown(peers));
        }
        return true;
    }

    /** What is told has happened: whatever comes back, what must follow it follows. */
    private static void tell(Runnable event) {
        try {
            event.run();
        } catch (Throwable ignored) {
            // It would be for the log to say so, and that is who was told.
        }
    }
}
