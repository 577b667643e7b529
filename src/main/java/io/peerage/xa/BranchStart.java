/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.connect.PhysicalConnection;
import java.sql.SQLException;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/** Starts a branch on the connection that is dealt for it, or once on another where that one proves dead. */
record BranchStart(UnitOfWork unit) {

    void start(Xid xid) throws XAException {
        PhysicalConnection link = begun(xid);
        boolean untouched = link.isUntouched();
        try {
            startOn(link, xid);
        } catch (XAException e) {
            // A branch that never began needs no undoing, and one that did is undone with its connection: where nothing
            // else ran before, the start may be sent again, elsewhere.
            PhysicalConnection other = untouched ? replaced(link, xid, e) : null;
            if (other == null) {
                throw XaFailure.mapped(unit, e, "START", xid);
            }
            startOnReplacement(other, xid);
        }
    }

    private PhysicalConnection begun(Xid xid) throws XAException {
        try {
            return unit.begin();
        } catch (SQLException e) {
            throw XaFailure.of(XAException.XAER_RMFAIL, "START", xid, "no connection: " + e.getMessage(), e);
        }
    }

    private @Nullable PhysicalConnection replaced(PhysicalConnection lost, Xid xid, XAException failure)
            throws XAException {
        try {
            return unit.replace(lost, XaFailure.sql(failure));
        } catch (SQLException e) {
            throw XaFailure.of(XAException.XAER_RMFAIL, "START", xid, "no connection: " + e.getMessage(), e);
        }
    }

    private void startOnReplacement(PhysicalConnection link, Xid xid) throws XAException {
        try {
            startOn(link, xid);
        } catch (XAException e) {
            throw XaFailure.mapped(unit, e, "START", xid);
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
