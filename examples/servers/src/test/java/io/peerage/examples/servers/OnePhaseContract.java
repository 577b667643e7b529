/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Properties;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What must hold on every server of a pool with {@code TwoPhaseCommit=false}. */
interface OnePhaseContract {

    /** Of rounds: as many connections are lost in each as its number says, and then a row is written. */
    int ROUNDS = 3;

    ShopClient shop();

    Databases databases();

    /** Returns the name by which an application looks up the pool. */
    String onePhasePool();

    /**
     * All in one request, on one thread: lost within a transaction that is committed or rolled back, or outside of any,
     * with or without connections of another pool, whose transactions may have two phases; and with or without a sound
     * connection that is open before, or after, and over the begin of the next transaction.
     */
    @ParameterizedTest
    @CsvSource({
        "outside, false, no",
        "commit, false, no",
        "rollback, false, no",
        "outside, true, no",
        "commit, true, no",
        "outside, false, before",
        "outside, false, after",
        "outside, true, before",
        "commit, true, before"
    })
    @Order(9)
    @DisplayName("`TwoPhaseCommit=false`: a connection that is lost costs the transaction that had it, and no other")
    default void aLostConnectionCostsNoOtherTransaction(String end, boolean mixed, String kept) throws Exception {
        String note = ServerContract.note();

        Properties answer = lose(end, note, "mixed=" + mixed + "&kept=" + kept);

        for (int round = 1; round <= ROUNDS; round++) {
            assertThat(answer).as(answer.toString()).containsEntry("next." + round, "committed");
            if (end.equals("commit")) {
                assertThat(answer.getProperty("lost." + round))
                        .as("the one that had it")
                        .isNotEqualTo("committed");
            }
        }
        assertThat(databases().visits(note)).isEqualTo(ROUNDS);
        assertThat(databases().inDoubt()).isEmpty();
    }

    /** With the pool {@code stock} in the same transaction; the loss makes no difference. */
    @Test
    @Order(9)
    @DisplayName("`TwoPhaseCommit=false`: a transaction with another pool is refused and rolled back")
    default void twoPoolsInOneTransactionAreRefused() throws Exception {
        String note = ServerContract.note();

        Properties answer = lose("outside", note, "both=true");

        for (int round = 1; round <= ROUNDS; round++) {
            assertThat(answer.getProperty("next." + round)).isNotEqualTo("committed");
        }
        assertThat(databases().visits(note)).isZero();
        assertThat(databases().inDoubt()).isEmpty();
    }

    private Properties lose(String end, String note, String more) throws Exception {
        return shop().get("loss?pool=" + onePhasePool() + "&rounds=" + ROUNDS + "&end=" + end + "&note=" + note + "&"
                + more);
    }
}
