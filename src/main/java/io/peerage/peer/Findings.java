/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.sql.SQLException;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What it means to a peer's health what a check of it found, or a connection to it met. Thread-safe. */
final class Findings {

    private final HealthStates states;
    private final CheckSchedule schedule;
    private final Ticker ticker;

    Findings(HealthStates states, CheckSchedule schedule, Ticker ticker) {
        this.states = states;
        this.schedule = schedule;
        this.ticker = ticker;
    }

    /**
     * What a check that began in state {@code observed} found out. A state that has moved on since wins.
     *
     * @param lastResort why the peer should serve only as the last resort, or null
     */
    void checked(Peer peer, Health observed, @Nullable SQLException lastResort) {
        if (observed instanceof Health.Drained drained) {
            answered(peer, drained, null, 0);
        } else if (lastResort != null) {
            boolean known = observed instanceof Health.LastResort;
            long since = known ? observed.since() : ticker.nanos();
            Health next = new Health.LastResort(since, lastResort);
            if (!known || states.isOtherReason(observed, next)) {
                states.move(peer, observed, next);
            }
        } else if (!(observed instanceof Health.Up)) {
            states.move(peer, observed, new Health.Up(ticker.nanos()));
        }
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
            long nextCheck = ticker.nanos() + schedule.interval();
            states.move(peer, observed, new Health.Down(observed.since(), failure, nextCheck));
        } else if (isDoubtful(verdict, failure) && moved.getAsBoolean()) {
            refused(peer, observed, verdict, failure);
        } else if (isDoubtful(verdict, failure) && !(observed instanceof Health.Suspected before && before.silent())) {
            states.move(peer, observed, new Health.Suspected(ticker.nanos(), failure, true));
        } else {
            down(peer, failure, now -> now == observed);
        }
    }

    /** Returns whether a connect that failed so may have met a peer that is only slow to let somebody in. */
    static boolean isDoubtful(Verdict verdict, SQLException failure) {
        return verdict.peer() != Verdict.Standing.DOWN || Silence.in(failure);
    }

    /**
     * The peer lives, and let nobody in. One that served as the last resort goes on to do so; if it is full, there may
     * be room again at any moment.
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
        return states.move(
                peer,
                observed,
                new Health.Refusing(now, failure, now + schedule.refusalPause(verdict), verdict.peer()));
    }

    /** {@code peer} cannot serve: it is taken out if that is meant for what it is. */
    private void down(Peer peer, SQLException cause, Predicate<Health> meant) {
        long now = ticker.nanos();
        long pause = schedule.interval();
        if (states.move(peer, observed -> meant.test(observed) ? new Health.Down(now, cause, now + pause) : null)) {
            peer.doubtConnections();
            schedule.schedule(peer, pause);
        }
    }

    /** {@code peer} cannot serve. */
    void down(Peer peer, SQLException cause) {
        down(peer, cause, observed -> !observed.isOut());
    }

    /** A connection of {@code peer} broke: it is asked, and others are dealt first until it has answered. */
    void suspect(Peer peer, SQLException cause) {
        boolean doubted = states.move(peer, observed -> {
            if (observed instanceof Health.LastResort) {
                return observed;
            }
            boolean wasWell = observed instanceof Health.Up || observed instanceof Health.Refusing;
            return wasWell ? new Health.Suspected(ticker.nanos(), cause, false) : null;
        });
        if (doubted) {
            peer.doubtConnections();
            schedule.now(peer);
        }
    }

    /** Nothing was heard of {@code peer} in time: it is asked, and silence once more takes it out. */
    void suspectSilent(Peer peer, SQLException cause) {
        boolean news = states.move(peer, observed -> {
            boolean known = (observed instanceof Health.Suspected suspected && suspected.silent())
                    || (observed instanceof Health.Refusing refusing && refusing.isSlow());
            if (known || observed.isOut()) {
                return null;
            }
            return observed instanceof Health.LastResort ? observed : new Health.Suspected(ticker.nanos(), cause, true);
        });
        if (news) {
            schedule.now(peer);
        }
    }

    /** A login was refused by {@code peer}, which lives. */
    void loginRefused(Peer peer, Verdict verdict, SQLException cause) {
        Health observed = peer.health();
        boolean serves = observed instanceof Health.Up || observed instanceof Health.LastResort;
        if (serves && refused(peer, observed, verdict, cause)) {
            schedule.next(peer);
        }
    }

    /** A check that began in state {@code observed} was ended before it had an answer: it says nothing of the peer. */
    void abandoned(Peer peer, Health observed) {
        if (observed instanceof Health.Probing probing) {
            states.move(peer, observed, new Health.Down(probing.since(), probing.cause(), ticker.nanos()));
        }
    }

    /** Only the operator ends a drain; but calls that hang on the peer depend on what it answers. */
    private void answered(Peer peer, Health.Drained observed, @Nullable SQLException failure, int silences) {
        states.move(peer, observed, new Health.Drained(observed.since(), failure, silences, observed.removed()));
    }

    /** The claim to ask a peer that is down: the state that was moved to, or null if another was faster. */
    Health.@Nullable Probing probing(Peer peer, Health.Down observed) {
        Health.Probing probing = new Health.Probing(observed.since(), observed.cause());
        return states.move(peer, observed, probing) ? probing : null;
    }
}
