/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.peerage.local.Patience;
import jakarta.resource.spi.ManagedConnection;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ConnectException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an operator reads in the log: each change once, under an id to look for, and never a secret. */
@Timeout(60)
class LoggingTest {

    private final String group = "pool-" + UUID.randomUUID();
    private final RecordedLog log = new RecordedLog(group);
    private final ScriptedServer a = new ScriptedServer();
    private final ScriptedServer b = new ScriptedServer();
    private PeerManagedConnectionFactory factory;
    private PeerDataSource source;

    @BeforeEach
    void configure() {
        factory = a.factory();
        factory.setPeers("a@" + a.address() + "?user=anna&password=anna-secret&weight=2,b@" + b.address());
        factory.setConnectionProperties("keyPassword=key-secret");
        factory.setGroupName(group);
        factory.setCheckIntervalSeconds(1);
        source = factory.createConnectionFactory();
    }

    @AfterEach
    void end() {
        a.close();
        b.close();
        log.close();
    }

    private static SQLException unreachable() {
        SQLException failure = new SQLException("cannot connect", "08001");
        failure.initCause(new ConnectException("Connection refused"));
        return failure;
    }

    private void connect() throws SQLException {
        try (Connection connection = source.getConnection()) {
            assertThat(connection.isClosed()).isFalse();
        }
    }

    private void await(String id, int times) throws Exception {
        Patience.await(id + " for the time " + times, () -> log.with(id).size() >= times);
    }

    @Test
    void aPoolStartsOnceWithItsEffectiveSettings() throws Exception {
        connect();
        connect();
        assertThat(log.with("PEERAGE-001")).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.INFO);
            assertThat(line.getMessage())
                    .startsWith("PEERAGE-001 " + group + ": ")
                    .contains(
                            "Peers=a@" + a.address() + " (user=anna, password=***, weight=2, keyPassword=***), b@"
                                    + b.address() + " (user=app, password=***, weight=1, keyPassword=***);",
                            "; Driver=" + ScriptedDriver.class.getName() + ";",
                            "; Selection=random;",
                            "; CheckIntervalSeconds=1;",
                            "; AcquireTimeoutMillis=10000;",
                            "; ConnectTimeoutMillis=2000;",
                            "; SocketTimeoutMillis=0;",
                            "; ValidationTimeoutMillis=1000;",
                            "; ValidateAfterIdleMillis=5000;",
                            "; WhenAllDown=fail;",
                            "; GroupName=" + group)
                    .doesNotContain("secret", "\n", "PeerSpec", "DriverProfile", "Settings");
        });
    }

    @Test
    void aPeerGoesDownOnceAndComesUpOnce() throws Exception {
        b.failOn("getXAConnection", unreachable());
        Patience.await("b to be tried", () -> {
            connect();
            return !log.with("PEERAGE-010").isEmpty();
        });
        connect();
        assertThat(log.with("PEERAGE-011")).isEmpty();
        b.mend("getXAConnection");
        await("PEERAGE-011", 1);
        connect();

        assertThat(log.with("PEERAGE-010")).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.WARNING);
            assertThat(line.getMessage())
                    .contains("peer b is down: cannot connect (ConnectException: Connection refused)")
                    .containsPattern("next check in \\d+\\.\\d s$");
        });
        assertThat(log.with("PEERAGE-011")).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.INFO);
            assertThat(line.getMessage()).containsPattern("peer b is up again after \\d+\\.\\d s$");
        });
        assertThat(log.with("PEERAGE-012")).isEmpty();
    }

    @Test
    void allDownIsSaidOnceEachTime() throws Exception {
        for (int time = 1; time <= 2; time++) {
            a.failOn("getXAConnection", unreachable());
            b.failOn("getXAConnection", unreachable());
            await(time);
            for (int i = 0; i < 5; i++) {
                assertThat(catchThrowable(this::connect)).isInstanceOf(SQLException.class);
            }
            assertThat(log.with("PEERAGE-012")).hasSize(time).last().satisfies(line -> {
                assertThat(line.getLevel()).isEqualTo(Level.SEVERE);
                assertThat(line.getMessage()).contains("all peers are down: a ", ", b ");
            });
            assertThat(log.with("PEERAGE-010")).hasSize(2 * time);
            a.mend("getXAConnection");
            b.mend("getXAConnection");
            await("PEERAGE-011", 2 * time);
        }
    }

    private void await(int time) throws Exception {
        Patience.await("all to be down", () -> {
            assertThat(catchThrowable(this::connect)).isInstanceOf(SQLException.class);
            return log.with("PEERAGE-012").size() >= time;
        });
    }

    @Test
    void aBrokenConnectionIsASuspicionThatIsCleared() throws Exception {
        try (Connection connection = source.getConnection()) {
            a.failOn("execute", ScriptedServer.lost());
            b.failOn("execute", ScriptedServer.lost());
            assertThat(catchThrowable(() -> connection.createStatement().execute("SELECT 1")))
                    .isInstanceOf(SQLException.class);
        }
        await("PEERAGE-014", 1);
        assertThat(log.with("PEERAGE-013"))
                .singleElement()
                .satisfies(line -> assertThat(line.getMessage()).contains("link lost"));
        assertThat(log.with("PEERAGE-010")).isEmpty();
    }

    @Test
    void aLockedAccountIsNoDeadPeer() throws Exception {
        b.failOn("getXAConnection", new SQLException("Access denied for user 'app'", "28000", 1045));
        Patience.await("b to be tried", () -> {
            connect();
            return !log.with("PEERAGE-015").isEmpty();
        });
        assertThat(log.with("PEERAGE-015")).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.WARNING);
            assertThat(line.getMessage()).contains("peer b lives but let no new connection in: Access denied");
        });
        b.mend("getXAConnection");
        await("PEERAGE-016", 1);
        assertThat(log.with("PEERAGE-010")).isEmpty();
    }

    @Test
    void noSecretIsEverShown() throws Exception {
        ManagedConnection managed = factory.createManagedConnection(null, null);
        Object handle = managed.getConnection(null, null);
        StringBuilder shown = new StringBuilder()
                .append(factory)
                .append(source)
                .append(managed)
                .append(handle)
                .append(managed.getXAResource())
                .append(managed.getLocalTransaction())
                .append(source.peers());
        managed.destroy();
        assertThat(source.getConnection("eve", "eve-secret").isClosed()).isFalse();

        a.failOn("getXAConnection", unreachable());
        b.failOn("getXAConnection", new SQLException("Access denied for user 'app'", "28000", 1045));
        for (String user : new String[] {"eve", null}) {
            SQLException failure =
                    catchThrowableOfType(SQLException.class, () -> source.getConnection(user, "eve-secret"));
            StringWriter trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace));
            shown.append(trace);
        }
        shown.append(source.peers());

        PeerManagedConnectionFactory wrong = a.factory();
        wrong.setPeers("a@" + a.address() + "?password=anna-secret&weight=none");
        StringWriter trace = new StringWriter();
        catchThrowable(() -> wrong.createManagedConnection(null, null)).printStackTrace(new PrintWriter(trace));
        shown.append(trace);

        assertThat(shown + log.text())
                .contains("password=***", "Access denied", "Connection refused", "weight=none")
                .doesNotContain("secret");
    }
}
