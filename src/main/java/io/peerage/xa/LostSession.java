/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.connect.PhysicalConnection;

/**
 * A session of a server whose connection was lost. Immutable.
 *
 * @param id the server's number for it
 * @param openedAtNanos when it began, by the group's ticker: a server that has started since then has ended it, and may
 *     have given its number to another
 */
record LostSession(long id, long openedAtNanos) {

    /** Returns the session behind {@code link}; its id is 0 where it is not known. */
    static LostSession of(PhysicalConnection link) {
        return new LostSession(link.sessionId(), link.openedAtNanos());
    }
}
