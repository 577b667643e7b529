/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.connect.PhysicalConnection;
import org.jspecify.annotations.Nullable;

/**
 * A session of a server whose connection was lost. Immutable.
 *
 * @param id the server's number for it; 0 = not known for certain
 * @param openedAtNanos when it began, by the group's ticker: a server that has started since then has ended it, and may
 *     have given its number to another
 * @param localPort the TCP port it had on this side, which the server knows it by where nothing is in between; 0 = not
 *     known
 * @param user who had logged in, for other users may not see it; null = not known
 */
record LostSession(
        long id,
        long openedAtNanos,
        int localPort,
        @Nullable String user) {

    /** Returns the session behind {@code link}. */
    static LostSession of(PhysicalConnection link) {
        PhysicalConnection.Login login = link.login();
        return new LostSession(login.reached().session(), login.atNanos(), login.localPort(), login.user());
    }
}
