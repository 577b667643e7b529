/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.connect.Credentials;
import io.peerage.peer.Peer;
import io.peerage.server.ServerId;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.transaction.xa.XAException;
import org.jspecify.annotations.Nullable;

/**
 * Asks the servers behind the address of one peer for their branches: as many as are expected there, and as many as are
 * found. An address that led to a new server may have more, so the first scan after the start of the JVM looks twice at
 * least.
 */
final class AddressScan extends AddressWalk {

    /** How many connections look for others behind an address that led to a new server each time. */
    private static final int MOST_FOR_NEW = 16;

    private final Set<ServerId> wanted = new LinkedHashSet<>(expected);
    private final Set<ServerId> asked;
    private final List<PeerListing.Server> listed = new ArrayList<>();
    /** Of a server that does not say which it is. */
    private PeerListing.@Nullable Server untold;
    /** Whether the latest connection led to a server that no scan had asked. */
    private boolean foundNew = true;

    AddressScan(RecoveryGroup group, Peer peer) {
        super(group, peer);
        this.asked = group.servers().asked(peer);
    }

    /**
     * Asks them.
     *
     * @param strict whether the listing says which of the servers expected were not met
     */
    PeerListing list(Credentials credentials, boolean strict) throws SQLException, XAException {
        walk(credentials);
        // A standby answers for the server that was there before.
        wanted.removeIf(server -> met.contains(server.asStandby()));
        SQLException unmet = strict && !wanted.isEmpty() ? unmet(wanted) : null;
        if (unmet == null && refused == null) {
            group.servers().addAsked(peer, met);
        }
        if (untold != null) {
            // It may be one of the others that did not say so this time: none counts twice.
            Set<BranchXid> rest = new HashSet<>(untold.prepared());
            listed.forEach(server -> rest.removeAll(server.prepared()));
            listed.add(new PeerListing.Server(untold.reached(), rest, untold.readOnly()));
        }
        return new PeerListing(List.copyOf(listed), unmet);
    }

    @Override
    int most() {
        if (foundNew) {
            return Math.max(bound, MOST_FOR_NEW);
        }
        return wanted.isEmpty() ? 0 : bound;
    }

    @Override
    void visit(Branches branches, boolean isNew) throws SQLException, XAException {
        ServerId server = branches.reached().server();
        // Of one that does not say which it is, nobody can tell whether another connection would lead to another one.
        foundNew = isNew && !asked.contains(server);
        if (isNew) {
            listed.add(listing(branches));
            wanted.remove(server);
        } else if (server == null) {
            untold = untold == null ? listing(branches) : untold;
            if (branches.reached().lent()) {
                // A proxy has come in between, and what it lists is all there is to learn.
                wanted.clear();
            }
        }
    }

    private static PeerListing.Server listing(Branches branches) throws SQLException, XAException {
        Set<BranchXid> prepared = branches.prepared();
        return new PeerListing.Server(branches.reached(), prepared, !prepared.isEmpty() && branches.isReadOnly());
    }
}
