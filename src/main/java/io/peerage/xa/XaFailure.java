/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.peer.Causes;
import java.sql.SQLException;
import java.util.Set;
import javax.transaction.xa.XAException;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/** Makes XAExceptions that say what was done to which branch, and reads those of drivers. Stateless. */
final class XaFailure {

    /** ER_XAER_RMERR, with which MySQL answers XA RECOVER of a user without the right to it. */
    private static final int LISTING_REFUSED = 1401;

    /**
     * What members of a cluster answer to COMMIT while they leave it: Galera 1180, MySQL's Group Replication 3100. They
     * have rolled back, and the others may have committed (seen of 3100).
     */
    private static final Set<Integer> LEAVING = Set.of(1180, 3100);

    private XaFailure() {}

    /** @param xid the branch, or null for what is about no certain one */
    static XAException of(int code, String verb, @Nullable Xid xid, String why, @Nullable Throwable cause) {
        XAException failure = new XAException("XA " + verb + (xid == null ? "" : " " + BranchXid.of(xid)) + ": " + why);
        failure.errorCode = code;
        if (cause != null) {
            failure.initCause(cause);
        }
        return failure;
    }

    /** Returns what to throw where no connection can be had for the branch that is to start. */
    static XAException noConnection(Xid xid, SQLException failure) {
        return of(XAException.XAER_RMFAIL, "START", xid, "no connection: " + failure.getMessage(), failure);
    }

    /** Returns the SQLException below a driver's XAException, or one that carries its text. */
    static SQLException sql(XAException failure) {
        SQLException below = Causes.find(failure, SQLException.class);
        // Else the state that XA errors of the server have, so that nobody takes it for a lost connection.
        return below != null ? below : new SQLException(String.valueOf(failure.getMessage()), "XA000", failure);
    }

    /** Returns whether the user lacks the right to list branches (MySQL manual, "XA_RECOVER_ADMIN"). */
    static boolean isListingRefused(Exception failure) {
        return failure instanceof XAException xa && sql(xa).getErrorCode() == LISTING_REFUSED;
    }

    /** Returns whether a COMMIT that failed so, on a connection that was not lost, may have been carried out. */
    static boolean leavesOpen(SQLException failure) {
        return LEAVING.contains(failure.getErrorCode());
    }

    static boolean isRollback(int code) {
        return code >= XAException.XA_RBBASE && code <= XAException.XA_RBEND;
    }

    /**
     * Passes a driver's failure through the funnel of {@code unit}. A lost link is XAER_RMFAIL, whatever the driver
     * calls it: Narayana takes XAER_RMERR for a heuristic outcome, and MariaDB's driver answers 0.
     */
    static XAException mapped(UnitOfWork unit, XAException failure, String verb, @Nullable Xid xid) {
        SQLException cause = sql(failure);
        unit.failed(cause);
        int code = failure.errorCode;
        if (unit.slot().serving() == null || code == 0 || code == XAException.XAER_RMERR) {
            code = XAException.XAER_RMFAIL;
        }
        return of(code, verb, xid, String.valueOf(cause.getMessage()), failure);
    }
}
