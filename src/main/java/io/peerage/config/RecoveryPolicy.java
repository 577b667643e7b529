/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

/** What recovery does when a peer cannot be asked for its branches. Immutable. */
public enum RecoveryPolicy {
    /** It fails: most transaction managers take a list without an error for the whole, and forget what is not on it. */
    STRICT("strict"),
    /** It goes on with what the other peers have. */
    BEST_EFFORT("bestEffort");

    private final String word;

    RecoveryPolicy(String word) {
        this.word = word;
    }

    /** Returns the value of the property {@code RecoveryPolicy}. */
    public String word() {
        return word;
    }

    /** Returns the policy for a value of the property {@code RecoveryPolicy}, which has been checked. */
    static RecoveryPolicy of(String word) {
        return word.equals(BEST_EFFORT.word) ? BEST_EFFORT : STRICT;
    }
}
