/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Handles and transactions on Payara Micro in the ways applications mix them; what has been written is asked of the
 * servers.
 */
@ExtendWith(LoadedMicroExtension.class)
@Timeout(120)
class MicroUsageIT {

    private final LoadedMicro micro;
    private final String note = UUID.randomUUID().toString();

    MicroUsageIT(LoadedMicro micro) {
        this.micro = micro;
    }

    @BeforeEach
    void everyPeerServes() throws Exception {
        micro.mend(LoadedMicro.DIRECT);
    }

    @Test
    void localTransactionsAutocommitAndJtaByTurns() throws Exception {
        Properties facts = play("interleaved", true);
        assertThat(facts.getProperty("autoCommit"))
                .as("after a borrower that left it off")
                .isEqualTo("true");
        Set<String> sessions = new HashSet<>();
        IntStream.rangeClosed(1, 5).forEach(i -> sessions.add(facts.getProperty("session" + i)));
        assertThat(sessions).as("all on the pool's one connection").hasSize(1);
        assertWritten("kept", 7);
        assertWritten("undone", 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void componentsCallEachOther(boolean commit) throws Exception {
        Properties facts = play("nested", commit);
        assertThat(facts.getProperty("required"))
                .as("the same transaction, the same session")
                .isEqualTo(facts.getProperty("outer"));
        assertThat(facts.getProperty("outerAfter")).isEqualTo(facts.getProperty("outer"));
        assertThat(List.of(facts.getProperty("new"), facts.getProperty("none")))
                .as("other transactions, other sessions")
                .doesNotContain(facts.getProperty("outer"));
        assertThat(facts.getProperty("failed")).isEqualTo("true");
        assertThat(facts.getProperty("rolledBack")).isEqualTo(commit ? null : "true");
        assertWritten("outer", commit ? 2 : 0);
        assertWritten("required", commit ? 1 : 0);
        assertWritten("new", 1);
        assertWritten("none", 1);
        assertWritten("newUndone", 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aHandleOpenedBeforeBeginAndClosedAfterTheEnd(boolean commit) throws Exception {
        Properties facts = play("across", commit);
        assertThat(facts.getProperty("autoCommitWithin")).isEqualTo("false");
        assertThat(facts.getProperty("autoCommitAfter")).isEqualTo("true");
        assertWritten("before", 1);
        assertWritten("within", commit ? 1 : 0);
        assertWritten("after", 1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aHandleOpenedWithinATransactionAndUsedAfterIt(boolean commit) throws Exception {
        play("beyond", commit);
        assertWritten("within", commit ? 1 : 0);
        assertWritten("after", 1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void twoHandlesInOneTransaction(boolean commit) throws Exception {
        Properties facts = play("twoHandles", commit);
        assertThat(facts.getProperty("session2")).isEqualTo(facts.getProperty("session1"));
        assertThat(facts.getProperty("seen"))
                .as("what one wrote, uncommitted, by the other")
                .isEqualTo("1");
        assertWritten("one", commit ? 2 : 0);
        assertWritten("other", commit ? 1 : 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPersistenceUnitOutsideTheTransaction(boolean commit) throws Exception {
        Properties facts = play("nonTransactional", commit);
        assertThat(facts.getProperty("autoCommit")).isEqualTo("1");
        assertThat(facts.getProperty("seen")).isEqualTo("0");
        assertThat(facts.getProperty("session2")).isNotEqualTo(facts.getProperty("session1"));
        assertWritten("within", commit ? 1 : 0);
        assertWritten("apart", 1);
        assertWritten("undone", 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLeakedHandleIsDeadAndItsConnectionServesOthers(boolean inTransaction) throws Exception {
        Properties facts = play("leaked", inTransaction);
        assertThat(facts.getProperty("late")).isEqualTo("08003");
        assertThat(facts.getProperty("closed")).isEqualTo("true");
        assertWritten("leaked", 1);
        assertWritten("next", 1);
        assertWritten("late", 0);
        assertWritten("last", 1);
        assertThat(sessionsOfSingle()).as("connections of a pool of one").isEqualTo(1);
    }

    /** Returns how many sessions the servers have from the pool of one, which has a user of its own. */
    private long sessionsOfSingle() {
        return micro.peers().stream()
                .mapToLong(peer ->
                        Long.parseLong(peer.execute("SELECT COUNT(*) FROM information_schema.processlist WHERE user = '"
                                + LoadedMicro.SINGLE + "'")))
                .sum();
    }

    private void assertWritten(String suffix, int rows) {
        long written = micro.peers().stream()
                .mapToLong(peer -> Long.parseLong(
                        peer.execute("SELECT COUNT(*) FROM shop.note WHERE text = '" + note + "-" + suffix + "'")))
                .sum();
        assertThat(written).as("rows of " + suffix).isEqualTo(rows);
    }

    private Properties play(String how, boolean flag) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        micro.uri().resolve("load/usage?how=" + how + "&note=" + note + "&flag=" + flag))
                .build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        Properties facts = new Properties();
        facts.load(new StringReader(response.body()));
        return facts;
    }
}
