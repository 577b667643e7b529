/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.connect.PhysicalConnection;
import javax.transaction.xa.XAException;
import javax.transaction.xa.Xid;

/**
 * A branch that was prepared on {@code link}: completed there while the link lives, else by recovery on the same peer.
 * Confined to its transaction's thread.
 */
record PreparedBranch(UnitOfWork unit, Recovery recovery, PhysicalConnection link) {

    /**
     * Carries {@code verb} out. The branch is over after that, also if the exception says XAER_NOTA or XA_RB*.
     *
     * @throws XAException as {@link Recovery#finish}, or what the server answers on the link that lives
     */
    void complete(Xid xid, Decision.Verb verb) throws XAException {
        boolean lives = unit.serving() == link;
        if (lives) {
            try {
                tell(xid, verb);
                over(xid);
                return;
            } catch (XAException e) {
                XAException mapped = XaFailure.mapped(unit, e, verb.name(), xid);
                if (unit.serving() != null) {
                    refused(xid, verb, mapped);
                    return;
                }
            }
        }
        recovery.finish(BranchXid.of(xid), verb, unit.credentials(), link, lives);
    }

    private void tell(Xid xid, Decision.Verb verb) throws XAException {
        if (verb == Decision.Verb.COMMIT) {
            link.xaResource().commit(xid, false);
        } else {
            link.xaResource().rollback(xid);
        }
    }

    /** The server lives and did not do what it was told. */
    private void refused(Xid xid, Decision.Verb verb, XAException answer) throws XAException {
        boolean rolledBack = XaFailure.isRollback(answer.errorCode);
        if (rolledBack || answer.errorCode == XAException.XAER_NOTA) {
            over(xid);
        }
        if (verb == Decision.Verb.COMMIT || !rolledBack) {
            throw answer;
        }
    }

    private void over(Xid xid) {
        recovery.completed(BranchXid.of(xid));
        link.session().endGlobal();
    }
}
