/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import static io.peerage.ModelCheck.check;
import static io.peerage.ModelCheck.together;

import io.peerage.connect.Credentials;
import io.peerage.peer.Peer;
import io.peerage.xa.Decision.Outcome;
import io.peerage.xa.Decision.Verb;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The moments in which a decision ends while its transaction manager gives up waiting, or asks again. */
@Tag("model-checked")
class DecisionsLincheckTest {

    private static final int INVOCATIONS = 500;

    private static final Peer PEER = new FakeServers(1).peers.get(0);
    private static final BranchXid XID = FakeServers.xid("x");

    private static Decision decision() {
        return new Decision(XID, Verb.COMMIT, new Holder(PEER, null), Credentials.CONFIGURED, null, false);
    }

    /** Who was told that the outcome is not known asks again, and must be told how it ended, not that nobody knows it. */
    @Test
    void whatEndsWhileSomebodyGivesUpIsRememberedOrReported() {
        Lincheck.runConcurrentTest(INVOCATIONS, () -> {
            Decisions decisions = new Decisions();
            Decision first = decision();
            check(decisions.decide(first) == first, "the first decision stands");
            boolean[] toldUnknown = new boolean[1];
            together(() -> toldUnknown[0] = decisions.putOff(first), () -> decisions.end(first, Outcome.DONE));
            Decision standing = decisions.decide(decision());
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
            Decisions decisions = new Decisions();
            Decision[] standing = new Decision[2];
            Decision a = decision();
            Decision b = decision();
            together(() -> standing[0] = decisions.decide(a), () -> standing[1] = decisions.decide(b));
            check(standing[0] == standing[1], "two decisions stand");
        });
    }
}
