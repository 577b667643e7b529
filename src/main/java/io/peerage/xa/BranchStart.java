/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.connect.PhysicalConnection;
import java.sql.SQLException;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/** Starts a branch on the connection that is dealt for it, or on another where that one proves dead. */
record BranchStart(UnitOfWork unit) {

    void start(Xid xid) throws XAException {
        // From before the wait: all attempts share it.
        long deadline = unit.slot().deadline();
        PhysicalConnection link = begun(xid);
        boolean untouched = link.isUntouched();
        try {
            startOn(link, xid);
        } catch (XAException e) {
            if (!untouched) {
                throw XaFailure.mapped(unit, e, "START", xid);
            }
            startElsewhere(link, xid, e, deadline);
        }
    }

    /**
     * A branch that never began needs no undoing, and one that did is undone with its connection: where nothing else
     * ran before, the start may be sent again. As often as there are peers, for each of them may be ending just now;
     * without a bound, one that lets everybody in and loses them again would be asked over and over until the deadline.
     */
    private void startElsewhere(PhysicalConnection lost, Xid xid, XAException failure, long deadline)
            throws XAException {
        PhysicalConnection last = lost;
        XAException met = failure;
        for (int left = unit.slot().peers(); left > 0; left--) {
            PhysicalConnection other = replaced(last, xid, met, deadline);
            if (other == null) {
                break;
            }
            try {
                startOn(other, xid);
                return;
            } catch (XAException e) {
                last = other;
                met = e;
            }
        }
        throw XaFailure.mapped(unit, met, "START", xid);
    }

    private PhysicalConnection begun(Xid xid) throws XAException {
        try {
            return unit.slot().begin();
        } catch (SQLException e) {
            throw XaFailure.noConnection(xid, e);
        }
    }

    private @Nullable PhysicalConnection replaced(PhysicalConnection lost, Xid xid, XAException failure, long deadline)
            throws XAException {
        try {
            return unit.slot().replace(lost, XaFailure.sql(failure), deadline);
        } catch (SQLException e) {
            throw XaFailure.noConnection(xid, e);
        }
    }

    private static void startOn(PhysicalConnection link, Xid xid) throws XAException {
        try {
            link.session().beginGlobal();
        } catch (SQLException e) {
            throw XaFailure.of(XAException.XAER_OUTSIDE, "START", xid, String.valueOf(e.getMessage()), e);
        }
        try {
            link.xaResource().start(xid, XAResource.TMNOFLAGS);
        } catch (XAException e) {
            link.session().endGlobal();
            throw e;
        }
    }
}
