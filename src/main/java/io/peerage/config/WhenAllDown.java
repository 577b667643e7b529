/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

/** What a request does while no peer is available. Immutable. */
public enum WhenAllDown {
    /** It waits for the first peer that comes up, at most until its deadline. */
    WAIT,
    /** It fails at once. */
    FAIL
}
