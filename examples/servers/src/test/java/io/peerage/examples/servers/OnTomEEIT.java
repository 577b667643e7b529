/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

final class OnTomEEIT extends ServerContract {

    OnTomEEIT() {
        super(new TomEEExample());
    }

    /** It does not: TomEE enlists connections where they are borrowed and nowhere else. */
    @Test
    @Order(20)
    @DisplayName("A connection borrowed before `UserTransaction.begin()` takes part in the transaction")
    void aConnectionFromBeforeTheTransactionStaysOutside() throws Exception {
        String undone = note();
        shop.get("visit?how=early&commit=false&note=" + undone);
        assertThat(databases.visits(undone)).as("of a transaction rolled back").isEqualTo(1);
        outcomes.doesNotWork();
    }

    /**
     * To which the misuse above was done: TomEE puts a subclass, generated and without a constructor's work, before
     * each.
     */
    @Test
    @Order(21)
    void handlesAreOfAGeneratedSubclass() throws Exception {
        assertThat(shop.get("misuse?note=" + note())).containsEntry("class", "io.peerage.jdbc.ConnectionHandle$$Impl");
    }
}
