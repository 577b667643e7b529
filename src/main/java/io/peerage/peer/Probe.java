/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.sql.SQLException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks a peer whether it can serve, with a fresh connection and a look at its role. Blocks, within the bounds of a
 * connect; called off the application's threads, at most once at a time for one peer.
 */
@FunctionalInterface
public interface Probe {

    /**
     * Returns if {@code peer} can serve.
     *
     * @return why it should serve only as the last resort, or null if nothing speaks against it
     * @throws SQLException if it cannot, or not for this user
     */
    @Nullable SQLException check(Peer peer) throws SQLException;

    /**
     * Begins to watch whether the established connections of {@code peer} move: one that answers an application proves
     * that the peer lives, however long it takes to let a new one in.
     *
     * @return tells whether one has moved since
     */
    default BooleanSupplier watch(Peer peer) {
        return () -> false;
    }
}
