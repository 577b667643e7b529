/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.connect.PhysicalConnection;
import io.peerage.peer.Peer;
import io.peerage.server.ServerId;
import org.jspecify.annotations.Nullable;

/**
 * Where a branch is prepared. Immutable.
 *
 * @param server which server behind the peer's address, which may lead to others; null: not known
 */
record Holder(Peer peer, @Nullable ServerId server) {

    /** Returns where the other end of {@code link} is. */
    static Holder of(PhysicalConnection link) {
        return new Holder(link.peer(), link.login().reached().server());
    }
}
