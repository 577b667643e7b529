/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.ManagedConnection;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.Statement;
import java.util.UUID;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where no socket can be looked at: each unit of work begins with one ping, however short ago the last one ended. */
class PingTest {

    private final String group = "pool-" + UUID.randomUUID();
    private final RecordedLog log = new RecordedLog(group);
    private final ScriptedServer server = new ScriptedServer();
    private ManagedConnection managed;

    @BeforeEach
    void make() throws ResourceException {
        PeerManagedConnectionFactory factory = server.factory();
        factory.setGroupName(group);
        factory.setValidateAfterIdleMillis(86_400_000);
        // it would ping as well
        factory.setReadinessCheck("none");
        managed = factory.createManagedConnection(null, null);
    }

    @AfterEach
    void end() throws ResourceException {
        managed.destroy();
        server.close();
        log.close();
    }

    private void run() throws ResourceException, SQLException {
        try (Connection connection = (Connection) managed.getConnection(null, null);
                Statement statement = connection.createStatement()) {
            assertThat(statement.execute("SELECT 1")).isTrue();
        }
    }

    private int pings() {
        return server.connections().stream().mapToInt(ScriptedConnection::pings).sum();
    }

    @Test
    void eachUnitOfWorkBeginsWithOnePing() throws Exception {
        int before = pings();
        for (int unit = 1; unit <= 5; unit++) {
            run();
            run();
            assertThat(pings()).as("one, for the two handles of one unit").isEqualTo(before + unit);
            managed.cleanup();
        }
    }

    @Test
    void aTransactionIsOneUnit() throws Exception {
        Branch branch = new Branch("global", "one");
        int before = pings();
        managed.getXAResource().start(branch, XAResource.TMNOFLAGS);
        run();
        managed.getXAResource().end(branch, XAResource.TMSUCCESS);
        managed.getXAResource().commit(branch, true);
        assertThat(pings()).isEqualTo(before + 1);
    }

    @Test
    void aConnectionThatDoesNotAnswerIsReplacedUnseen() throws Exception {
        run();
        managed.cleanup();
        ScriptedConnection stale = server.connections().get(0);
        server.failOn("isValid", new SQLNonTransientConnectionException("link lost", "08S01"));
        run();
        assertThat(stale.isClosed()).isTrue();
        assertThat(stale.drain()).endsWith("close()");
    }

    @Test
    void itIsSaidOnce() throws Exception {
        for (int unit = 0; unit < 3; unit++) {
            run();
            managed.cleanup();
        }
        assertThat(log.with("PEERAGE-003"))
                .singleElement()
                .satisfies(line -> assertThat(line.getMessage())
                        .contains("each unit of work begins with a ping", "peer (not known how to give "));
    }
}
