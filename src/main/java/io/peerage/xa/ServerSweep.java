/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

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
 * What one scan meets behind the address of one peer, connection after connection, and whether another one may meet more.
 * Confined to one thread.
 */
final class ServerSweep {

    /** How many connections look for others behind an address that led to a new server each time. */
    private static final int MOST_FOR_NEW = 16;

    private final Set<ServerId> wanted;
    private final Set<ServerId> asked;
    private final int most;

    private final Set<ServerId> met = new LinkedHashSet<>();
    private final List<Scan.Share> shares = new ArrayList<>();
    /** Of a server that does not say which it is. */
    private Scan.@Nullable Share untold;

    private int connections;
    /** Whether the latest connection led to a server that no scan had asked. */
    private boolean isNew = true;

    /**
     * @param wanted the servers to be met
     * @param asked those that scans asked before
     */
    ServerSweep(Set<ServerId> wanted, Set<ServerId> asked) {
        this.wanted = new LinkedHashSet<>(wanted);
        this.asked = asked;
        this.most = PeerScans.mostConnections(wanted.size());
    }

    /**
     * Returns whether to open another connection: for a server that is wanted, or because the latest one led to a new
     * server, behind which there may be more. So the first scan after the start of the JVM looks twice at least.
     */
    boolean goOn() {
        return (!wanted.isEmpty() && connections < most) || (isNew && connections < Math.max(most, MOST_FOR_NEW));
    }

    /** Takes what one connection leads to, and asks that unless it has been asked. */
    void look(Branches branches) throws SQLException, XAException {
        connections++;
        ServerId server = branches.reached().server();
        if (server == null) {
            // Nobody can tell whether another connection would lead to another one.
            isNew = false;
            if (branches.reached().lent()) {
                // A proxy has come in between, and what it lists is all there is to learn.
                wanted.clear();
            }
            if (untold == null) {
                untold = share(branches);
            }
            return;
        }
        boolean first = met.add(server);
        isNew = first && !asked.contains(server);
        if (first) {
            shares.add(share(branches));
        }
        wanted.remove(server);
    }

    private static Scan.Share share(Branches branches) throws SQLException, XAException {
        Set<BranchXid> prepared = branches.prepared();
        return new Scan.Share(branches.reached(), prepared, !prepared.isEmpty() && branches.isReadOnly());
    }

    /** Returns the servers that were wanted and not met, nor a standby that answers for what was there before. */
    Set<ServerId> unmet() {
        Set<ServerId> unmet = new LinkedHashSet<>(wanted);
        unmet.removeIf(server -> met.contains(server.asStandby()));
        return unmet;
    }

    /** Returns those met. */
    Set<ServerId> met() {
        return met;
    }

    /** Returns what those hold that were met. */
    Scan.Holding holding() {
        List<Scan.Share> all = new ArrayList<>(shares);
        if (untold != null) {
            // It may be one of the others that did not say so this time: none counts twice.
            Set<BranchXid> rest = new HashSet<>(untold.prepared());
            shares.forEach(share -> rest.removeAll(share.prepared()));
            all.add(new Scan.Share(untold.reached(), Set.copyOf(rest), untold.readOnly()));
        }
        return new Scan.Holding(List.copyOf(all));
    }
}
