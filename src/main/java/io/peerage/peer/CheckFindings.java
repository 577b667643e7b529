/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.sql.SQLException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What the outcome of a check means to the peer that was asked. Thread-safe. */
final class CheckFindings {

    private final HealthStates states;
    private final CheckSchedule schedule;
    private final Ticker ticker;
    private final PeerEvents events;

    CheckFindings(HealthStates states, CheckSchedule schedule, Ticker ticker, PeerEvents events) {
        this.states = states;
        this.schedule = schedule;
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

    private void asLastResort(Peer peer, Health observed, SQLException why) {
        if (observed instanceof Health.LastResort before) {
            Health next = new Health.LastResort(before.since(), why);
            if (states.isOtherReason(before, next)) {
                states.move(peer, observed, next, () -> events.changedReason(peer, next));
            }
            return;
        }
        long now = ticker.nanos();
        states.move(peer, observed, new Health.LastResort(now, why), () -> {
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
            states.move(peer, observed, next, () -> states.tellReason(peer, observed, next));
        } else if (observed instanceof Health.Down) {
            return;
        } else if (HealthStates.isDoubtful(verdict, failure) && moved.getAsBoolean()) {
            refused(peer, observed, verdict, failure);
        } else if (HealthStates.isDoubtful(verdict, failure)
                && !(observed instanceof Health.Suspected before && before.silent())) {
            states.silent(peer, observed, failure);
        } else {
            states.down(peer, observed, failure);
        }
    }

    /** The peer lives, and let the check not in. One that served as the last resort goes on to do so. */
    private void refused(Peer peer, Health observed, Verdict verdict, SQLException failure) {
        if (observed instanceof Health.LastResort) {
            states.askWhetherThereIsRoom(peer, verdict);
            return;
        }
        long now = ticker.nanos();
        Health next = new Health.Refusing(now, failure, now + schedule.refusalPause(verdict), verdict.peer());
        states.move(peer, observed, next, () -> {
            if (observed instanceof Health.Probing) {
                events.up(peer, now - observed.since());
            }
            if (observed instanceof Health.Refusing) {
                states.tellReason(peer, observed, next);
            } else {
                events.refusing(peer, failure);
            }
        });
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
