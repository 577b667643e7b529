/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.sql.SQLException;

/**
 * Asks a peer whether it can serve, with a fresh connection and a look at its role. Blocks, within the bounds of a
 * connect; called off the application's threads, at most once at a time for one peer.
 */
@FunctionalInterface
public interface Probe {

    /**
     * Returns if {@code peer} can serve.
     *
     * @throws SQLException if it cannot, or not for this user
     */
    void check(Peer peer) throws SQLException;
}
