/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

/** What recovery does when a peer cannot be asked for its branches. Immutable. */
public enum RecoveryPolicy {
    /** It fails: most transaction managers take a list without an error for the whole, and forget what is not on it. */
    STRICT,
    /** It goes on with what the other peers have. */
    BEST_EFFORT
}
