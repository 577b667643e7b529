/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import java.util.Arrays;
import java.util.HexFormat;
import javax.transaction.xa.Xid;

/**
 * The name of a branch as a value, which the Xid objects of transaction managers and drivers need not be: Narayana and
 * Payara tell branches that several resources list apart by {@code equals}. Immutable.
 */
final class BranchXid implements Xid {

    private final int formatId;
    private final byte[] globalTransactionId;
    private final byte[] branchQualifier;

    private BranchXid(Xid xid) {
        this.formatId = xid.getFormatId();
        this.globalTransactionId = xid.getGlobalTransactionId().clone();
        this.branchQualifier = xid.getBranchQualifier().clone();
    }

    static BranchXid of(Xid xid) {
        return xid instanceof BranchXid ours ? ours : new BranchXid(xid);
    }

    @Override
    public int getFormatId() {
        return formatId;
    }

    @Override
    public byte[] getGlobalTransactionId() {
        return globalTransactionId.clone();
    }

    @Override
    public byte[] getBranchQualifier() {
        return branchQualifier.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BranchXid xid
                && xid.formatId == formatId
                && Arrays.equals(xid.globalTransactionId, globalTransactionId)
                && Arrays.equals(xid.branchQualifier, branchQualifier);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * formatId + Arrays.hashCode(globalTransactionId)) + Arrays.hashCode(branchQualifier);
    }

    /** Returns what stands behind {@code XA COMMIT} or {@code XA ROLLBACK} where an operator finishes it by hand. */
    @Override
    public String toString() {
        HexFormat hex = HexFormat.of();
        return "X'" + hex.formatHex(globalTransactionId) + "',X'" + hex.formatHex(branchQualifier) + "'," + formatId;
    }
}
