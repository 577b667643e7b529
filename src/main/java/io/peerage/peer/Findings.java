/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.sql.SQLException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What it means to a peer's health what a check of it found, or a connection to it met. Thread-safe. */
final class Findings {

    private final HealthStates states;
    private final CheckSchedule schedule;
    private final ExceptionSorter sorter;
    private final Ticker ticker;
    private final PeerEvents events;

    Findings(HealthStates states, CheckSchedule schedule, ExceptionSorter sorter, Ticker ticker, PeerEvents events) {
        this.states = states;
        this.schedule = schedule;
        this.sorter = sorter;
        this.ticker = ticker;
        this.events = events;
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
            states.move(peer, observed, new Health.Up(now), () -> {
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

    /** Has it serve as the last resort, if it still is {@code observed}; returns whether it does so from now on. */
    boolean asLastResort(Peer peer, Health observed, SQLException why) {
        if (observed instanceof Health.LastResort before) {
            Health next = new Health.LastResort(before.since(), why);
            if (isOtherReason(before, next)) {
                states.move(peer, observed, next, () -> events.changedReason(peer, next));
            }
            return false;
        }
        long now = ticker.nanos();
        return states.move(peer, observed, new Health.LastResort(now, why), () -> {
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
        states.count(peer, verdict, failure);
        boolean silent = Silence.in(failure);
        if (observed instanceof Health.Drained drained) {
            answered(peer, drained, failure, silent && !moved.getAsBoolean() ? drained.silences() + 1 : 0);
            return;
        }
        boolean lives = verdict.peer() == Verdict.Standing.SOUND || verdict.peer() == Verdict.Standing.FULL;
        if (lives) {
            refused(peer, observed, verdict, failure);
        } else if (observed instanceof Health.Probing) {
            Health next = new Health.Down(observed.since(), failure, ticker.nanos() + schedule.interval());
            states.move(peer, observed, next, () -> tellReason(peer, observed, next));
        } else if (observed instanceof Health.Down) {
            return;
        } else if (isDoubtful(verdict, failure) && moved.getAsBoolean()) {
            refused(peer, observed, verdict, failure);
        } else if (isDoubtful(verdict, failure) && !(observed instanceof Health.Suspected before && before.silent())) {
            silent(peer, observed, failure);
        } else {
            down(peer, observed, failure);
        }
    }

    /** Returns whether a connect that failed so may have met a peer that is only slow to let somebody in. */
    static boolean isDoubtful(Verdict verdict, SQLException failure) {
        return verdict.peer() != Verdict.Standing.DOWN || Silence.in(failure);
    }

    /**
     * The peer lives, and let nobody in. One that served as the last resort goes on to do so; if it is full, there may be
     * room again at any moment.
     *
     * @return whether it is known as refusing from now on: it was {@code observed} until then
     */
    boolean refused(Peer peer, Health observed, Verdict verdict, SQLException failure) {
        if (observed instanceof Health.LastResort) {
            if (verdict.peer() == Verdict.Standing.FULL) {
                schedule.soon(peer);
            }
            return false;
        }
        long now = ticker.nanos();
        Health next = new Health.Refusing(now, failure, now + schedule.refusalPause(verdict), verdict.peer());
        return states.move(peer, observed, next, () -> {
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

    /** Takes {@code peer} out if it still is {@code observed}; returns whether it was. */
    boolean down(Peer peer, Health observed, SQLException cause) {
        long now = ticker.nanos();
        long pause = schedule.interval();
        Health next = new Health.Down(now, cause, now + pause);
        if (!states.move(peer, observed, next, () -> events.down(peer, cause, pause))) {
            return false;
        }
        peer.doubtConnections();
        schedule.schedule(peer, pause);
        return true;
    }

    /** Suspects {@code peer}, of which nothing was heard in time, if it still is {@code observed}; returns whether it was. */
    boolean silent(Peer peer, Health observed, SQLException cause) {
        Health next = new Health.Suspected(ticker.nanos(), cause, true);
        return states.move(peer, observed, next, () -> {
            if (!(observed instanceof Health.Suspected)) {
                events.suspected(peer, cause);
            }
        });
    }

    /** Tells that {@code peer} is what it was, if that is for another reason {@code now}. */
    private void tellReason(Peer peer, Health before, Health now) {
        if (isOtherReason(before, now)) {
            events.changedReason(peer, now);
        }
    }

    private boolean isOtherReason(Health before, Health now) {
        return !Reason.of(before.cause(), sorter).equals(Reason.of(now.cause(), sorter));
    }

    /** A connection of {@code peer} broke: it is asked, and others are dealt first until it has answered. */
    void suspect(Peer peer, SQLException cause) {
        while (true) {
            Health observed = peer.health();
            if (observed instanceof Health.LastResort) {
                peer.doubtConnections();
                schedule.now(peer);
                return;
            }
            if (!(observed instanceof Health.Up || observed instanceof Health.Refusing)) {
                return;
            }
            Health next = new Health.Suspected(ticker.nanos(), cause, false);
            if (states.move(peer, observed, next, () -> events.suspected(peer, cause))) {
                peer.doubtConnections();
                schedule.now(peer);
                return;
            }
        }
    }

    /** Nothing was heard of {@code peer} in time: it is asked, and silence once more takes it out. */
    void suspectSilent(Peer peer, SQLException cause) {
        while (true) {
            Health observed = peer.health();
            boolean known = (observed instanceof Health.Suspected suspected && suspected.silent())
                    || (observed instanceof Health.Refusing refusing && refusing.isSlow());
            if (peer.isOut() || known) {
                return;
            }
            if (observed instanceof Health.LastResort || silent(peer, observed, cause)) {
                schedule.now(peer);
                return;
            }
        }
    }

    /** A login was refused by {@code peer}, which lives. */
    void refuse(Peer peer, Verdict verdict, SQLException cause) {
        Health observed = peer.health();
        boolean serves = observed instanceof Health.Up || observed instanceof Health.LastResort;
        if (serves && refused(peer, observed, verdict, cause)) {
            schedule.next(peer);
        }
    }

    /** {@code peer} cannot serve. */
    void down(Peer peer, SQLException cause) {
        while (true) {
            Health observed = peer.health();
            if (peer.isOut() || down(peer, observed, cause)) {
                return;
            }
        }
    }

    /** A check that began in state {@code observed} was ended before it had an answer: it says nothing of the peer. */
    void abandoned(Peer peer, Health observed) {
        if (observed instanceof Health.Probing probing) {
            states.move(peer, observed, new Health.Down(probing.since(), probing.cause(), ticker.nanos()), () -> {});
        }
    }

    /** Only the operator ends a drain; but calls that hang on the peer depend on what it answers. */
    private void answered(Peer peer, Health.Drained observed, @Nullable SQLException failure, int silences) {
        states.move(
                peer, observed, new Health.Drained(observed.since(), failure, silences, observed.removed()), () -> {});
    }

    /** The claim to ask a peer that is down: the state that was moved to, or null if another was faster. */
    Health.@Nullable Probing probing(Peer peer, Health.Down observed) {
        Health.Probing probing = new Health.Probing(observed.since(), observed.cause());
        return states.move(peer, observed, probing, () -> {}) ? probing : null;
    }
}
