/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import java.nio.charset.StandardCharsets;
import javax.transaction.xa.Xid;

/**
 * A branch as a transaction manager names it. Two of the same name are not equal as objects, as with some transaction
 * managers, but name the same branch. Immutable.
 */
final class Branch implements Xid {

    private final String global;
    private final String qualifier;

    Branch(String global, String qualifier) {
        this.global = global;
        this.qualifier = qualifier;
    }

    /** Returns the branch that {@code xid} names, which must be one of these. */
    static Branch of(Xid xid) {
        return new Branch(
                new String(xid.getGlobalTransactionId(), StandardCharsets.US_ASCII),
                new String(xid.getBranchQualifier(), StandardCharsets.US_ASCII));
    }

    @Override
    public int getFormatId() {
        return 0x5045;
    }

    @Override
    public byte[] getGlobalTransactionId() {
        return global.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public byte[] getBranchQualifier() {
        return qualifier.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
        return global + "/" + qualifier;
    }
}
