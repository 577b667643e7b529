/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.connect.Credentials;
import io.peerage.peer.Causes;
import io.peerage.peer.Peer;
import io.peerage.peer.Unforeseen;
import io.peerage.server.ServerId;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import javax.transaction.xa.XAException;
import org.jspecify.annotations.Nullable;

/**
 * Visits the servers behind the address of one peer, connection after connection, as long as one is looked for. Most
 * addresses have one server. The connections stay open until the end, so that a balancer that counts them leads
 * elsewhere.
 *
 * <p>Used once; confined to one thread.
 */
abstract class AddressWalk {

    /** How many connections look for certain servers behind an address, at least. */
    private static final int LEAST_BOUND = 4;

    final RecoveryGroup group;
    final Peer peer;
    /** The servers that should be behind the address. */
    final Set<ServerId> expected;
    /** How many connections look for those. */
    final int bound;
    /** The servers visited that say which they are. */
    final Set<ServerId> met = new LinkedHashSet<>();
    /** What ended the walk early: no further connection could be opened. */
    @Nullable SQLException refused;

    AddressWalk(RecoveryGroup group, Peer peer) {
        this.group = group;
        this.peer = peer;
        this.expected = group.servers().expected(peer);
        this.bound = Math.max(LEAST_BOUND, expected.size() + 2);
    }

    /** Returns how many connections to open in all, as far as is known now; 0: nothing is looked for any more. */
    abstract int most();

    /** @param isNew whether this is the first connection to a server that says which it is */
    abstract void visit(Branches branches, boolean isNew) throws SQLException, XAException;

    /** All have been visited, and are still open. */
    void visited() throws SQLException, XAException {
        // nothing to do with all of them
    }

    /**
     * Visits them. A connection that cannot be opened ends the walk, and fails it if it is the first.
     *
     * @throws SQLException also for an error that no driver should throw
     */
    final void walk(Credentials credentials) throws SQLException, XAException {
        Deque<Branches> opened = new ArrayDeque<>();
        try {
            while (refused == null && opened.size() < most()) {
                try {
                    opened.add(group.opener().open(peer, credentials));
                } catch (SQLException e) {
                    if (opened.isEmpty()) {
                        throw e;
                    }
                    refused = e;
                    continue;
                }
                ServerId server = opened.getLast().reached().server();
                visit(opened.getLast(), server != null && met.add(server));
                if (most() > 0) {
                    opened.getLast().avoidAddress();
                }
            }
            visited();
        } catch (Error e) {
            throw Unforeseen.of(e);
        } finally {
            opened.forEach(Branches::close);
        }
    }

    /** Returns the failure of an address that leads to others than the servers that were {@code wanted}. */
    final SQLException unmet(Set<ServerId> wanted) {
        return failure(
                "could not reach the server " + join(wanted) + " behind peer " + peer + ": its address leads to "
                        + (met.isEmpty() ? "one that cannot be told from others" : join(met)),
                "08001");
    }

    /** Returns a failure of the walk, with what ended it early. */
    final SQLException failure(String why, @Nullable String state) {
        SQLException failure = new SQLException(why, state);
        if (refused != null) {
            Causes.suppress(failure, refused);
        }
        return failure;
    }

    private static String join(Set<ServerId> servers) {
        return servers.stream().map(ServerId::toString).collect(Collectors.joining(" and "));
    }
}
