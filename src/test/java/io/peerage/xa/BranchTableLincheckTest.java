/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import static io.peerage.ModelCheck.check;
import static io.peerage.ModelCheck.together;

import io.peerage.connect.Credentials;
import io.peerage.peer.Peer;
import io.peerage.server.ServerId;
import io.peerage.xa.Decision.Outcome;
import io.peerage.xa.Decision.Verb;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The moments in which a decision ends while its transaction manager gives up waiting, or asks again, or a scan looks. */
@Tag("model-checked")
class BranchTableLincheckTest {

    private static final int INVOCATIONS = 500;

    private static final Peer PEER = new FakeServers(1).peers.get(0);
    private static final BranchXid XID = FakeServers.xid("x");
    private static final Holder HOLDER = new Holder(PEER, new ServerId("first", false));

    private static Decision decision() {
        return new Decision(XID, Verb.COMMIT, HOLDER, Credentials.CONFIGURED, null, true, false, 0);
    }

    /** Who was told that the outcome is not known asks again, and must be told how it ended, not that nobody knows it. */
    @Test
    void whatEndsWhileSomebodyGivesUpIsRememberedOrReported() {
        Lincheck.runConcurrentTest(INVOCATIONS, () -> {
            BranchTable table = new BranchTable();
            Decision first = decision();
            check(table.decide(first) == first, "the first decision stands");
            boolean[] toldUnknown = new boolean[1];
            together(() -> toldUnknown[0] = table.putOff(first), () -> table.end(first, Outcome.DONE));
            Decision standing = table.decide(decision());
            check(
                    toldUnknown[0] == (standing == first),
                    "told unknown: " + toldUnknown[0] + ", remembered: " + (standing == first));
            check(first.outcome().isDone(), "it has ended");
        });
    }

    /** Two threads of a transaction manager never have the same branch decided twice at once. */
    @Test
    void ofTwoDecisionsAtOnceOneStands() {
        Lincheck.runConcurrentTest(INVOCATIONS, () -> {
            BranchTable table = new BranchTable();
            Decision[] standing = new Decision[2];
            Decision a = decision();
            Decision b = decision();
            together(() -> standing[0] = table.decide(a), () -> standing[1] = table.decide(b));
            check(standing[0] == standing[1], "two decisions stand");
        });
    }

    /** A scan that was told of a branch before it ended must not make its server one that is missed for ever. */
    @Test
    void whatIsHeardLateOfABranchThatEndedIsNotHeld() {
        Lincheck.runConcurrentTest(INVOCATIONS, () -> {
            BranchTable table = new BranchTable();
            table.hold(XID, HOLDER);
            Decision decision = table.decide(decision());
            check(table.putOff(decision), "it is under way");
            together(() -> table.end(decision, Outcome.DONE), () -> table.replace(XID, null, HOLDER));
            check(table.holder(XID) == null, "it is held by " + table.holder(XID));
            check(table.servers(PEER).isEmpty(), "its server is missed");
        });
    }

    /** Who hears that a decision has ended must not find that its branch is held yet. */
    @Test
    void theBranchIsOverBeforeItsDecisionIsKnownToHaveEnded() {
        Lincheck.runConcurrentTest(INVOCATIONS, () -> {
            BranchTable table = new BranchTable();
            table.hold(XID, HOLDER);
            Decision decision = table.decide(decision());
            boolean[] heldAfterTheEnd = new boolean[1];
            together(
                    () -> table.end(decision, Outcome.GONE),
                    () -> heldAfterTheEnd[0] = decision.isEnded() && table.holder(XID) != null);
            check(!heldAfterTheEnd[0], "it has ended and is held");
        });
    }

    /** What a scan says of where a branch is takes no decision away; the next scan has that follow. */
    @Test
    void whatIsDecidedWhileItIsFoundElsewhereIsKept() {
        Lincheck.runConcurrentTest(INVOCATIONS, () -> {
            BranchTable table = new BranchTable();
            Holder other = new Holder(PEER, new ServerId("second", false));
            table.hold(XID, HOLDER);
            Decision made = decision();
            together(() -> table.decide(made), () -> table.replace(XID, HOLDER, other));
            check(table.decision(XID) == made, "the decision is lost");
            check(other.equals(table.holder(XID)), "it is held by " + table.holder(XID));
            check(HOLDER.equals(table.target(XID)), "it goes to " + table.target(XID));
        });
    }
}
