/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

/** What connections opened under one configuration of a peer have in common: it may be past. Thread-safe. */
final class Revision {

    private volatile boolean past;

    /** Has the connections of this vintage replaced while they rest, a few at a time. */
    void end() {
        past = true;
    }

    boolean isPast() {
        return past;
    }
}
