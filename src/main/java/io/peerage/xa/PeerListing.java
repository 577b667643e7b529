/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.server.ReachedServer;
import io.peerage.server.ServerId;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The branches that the servers behind the address of one peer list; most addresses have one. Immutable.
 *
 * @param servers each that was asked
 * @param unmet says which servers should have been asked as well and were not met; null: all were asked
 */
record PeerListing(List<Server> servers, @Nullable SQLException unmet) {

    /**
     * The branches that one server lists. Immutable.
     *
     * @param reached which server that is
     * @param readOnly whether it takes no writes; not asked for, and false, where it lists nothing
     */
    record Server(ReachedServer reached, Set<BranchXid> prepared, boolean readOnly) {}

    /** Returns whether a branch that is prepared on {@code server} would be among these. */
    boolean covers(@Nullable ServerId server) {
        return servers.stream().anyMatch(each -> each.reached().isOn(server));
    }

    /** Returns whether one that was asked only repeats what {@code server} does, or whichever was there if null. */
    boolean repeats(@Nullable ServerId server) {
        return servers.stream().anyMatch(each -> each.reached().repeats(server));
    }

    /** Returns whether a proxy lends sessions of servers, so that one of them may hold what none lists. */
    boolean isLent() {
        return servers.stream().anyMatch(each -> each.reached().lent());
    }

    boolean contains(BranchXid xid) {
        return servers.stream().anyMatch(each -> each.prepared().contains(xid));
    }
}
