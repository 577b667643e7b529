/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a peer at one moment. Immutable; a peer replaces it by compare-and-set from what was observed, so a
 * late result of an old state cannot disturb a new one.
 *
 * <p>Times are readings of the group's {@link Ticker}.
 */
public sealed interface Health {

    /** Returns when this state began. For a peer that is down or probed: when it went down. */
    long since();

    /** Returns what led to this state, or null where nothing went wrong. */
    default @Nullable Throwable cause() {
        return null;
    }

    /**
     * Returns how long it is from {@code now}, a reading of the clock, until the peer is to be asked again; -1: this
     * state does not say.
     */
    default long untilAsked(long now) {
        if (this instanceof Down down) {
            return Math.max(0, down.nextCheck - now);
        }
        return this instanceof Refusing refusing ? Math.max(0, refusing.until - now) : -1;
    }

    /** Returns the word for this state in logs, messages and management views. */
    String word();

    /** Returns whether a peer in this state is out: down, or taken out by the operator. */
    default boolean isOut() {
        return this instanceof Down || this instanceof Probing || this instanceof Drained;
    }

    /** Serves. */
    record Up(long since) implements Health {
        @Override
        public String word() {
            return "up";
        }
    }

    /**
     * One of its connections broke, which the kill of a single session also does: others are dealt first until a probe
     * has answered. Or nothing was heard of it in time, which a slow login also does.
     *
     * @param silent whether it was silence that led to this, or a login that failed for a reason that may pass: if the
     *     next probe meets it too, and no established connection moved meanwhile, the peer is down
     */
    record Suspected(long since, Throwable cause, boolean silent) implements Health {
        @Override
        public String word() {
            return "suspected";
        }
    }

    /**
     * Lives, but let no new connection in (too many connections, wrong credentials, logins that take too long while
     * established connections move): those it has go on serving, new ones are opened elsewhere first, until
     * {@code until} or a check that succeeds.
     *
     * @param met what the failed login said of the peer
     */
    record Refusing(long since, Throwable cause, long until, Verdict.Standing met) implements Health {

        /** Returns whether it refuses the user, and not for want of room or time. */
        boolean refusesUser() {
            return met == Verdict.Standing.SOUND;
        }

        /** Returns whether nobody knows why it lets nobody in, though it moves: mostly it takes too long. */
        boolean isSlow() {
            return met != Verdict.Standing.SOUND && met != Verdict.Standing.FULL;
        }

        @Override
        public String word() {
            return "refusing";
        }
    }

    /**
     * Could serve, but had better not (a Galera node that feeds another one, a member that is still catching up): dealt
     * only while nobody else can be, until a check finds it in full order or unable.
     */
    record LastResort(long since, Throwable cause) implements Health {
        @Override
        public String word() {
            return "last resort";
        }
    }

    /** Left out until a probe succeeds; the next one starts at {@code nextCheck}. */
    record Down(long since, Throwable cause, long nextCheck) implements Health {
        @Override
        public String word() {
            return "down";
        }
    }

    /** Left out, and a probe is asking just now. */
    record Probing(long since, Throwable cause) implements Health {
        @Override
        public String word() {
            return "probing";
        }
    }

    /**
     * Taken out by the operator: no new work, until the operator resumes it; or until it is listed again.
     *
     * @param cause what a check met that a hanging call asked for, or null if it went well or none was asked for
     * @param silences how many checks in a row met silence, while no established connection moved
     * @param removed whether it is no longer among the peers of the group
     */
    record Drained(long since, @Nullable Throwable cause, int silences, boolean removed) implements Health {

        @Override
        public String word() {
            return removed ? "removed" : "drained";
        }
    }
}
