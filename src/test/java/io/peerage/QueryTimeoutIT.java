/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A statement ends on the server when its time is over, or when another thread cancels it. Connector/J opens a
 * connection of its own for that, on a thread of its own, by the socket factory it was given.
 */
@Timeout(120)
class QueryTimeoutIT {

    private static final String SLOW = "SELECT SLEEP(60)";

    @AutoClose
    private static LocalPeer peer;

    @BeforeAll
    static void start() {
        peer = LocalPeer.start("timeout");
    }

    private interface Use {
        void of(Connection connection) throws Exception;
    }

    private static void use(String driver, String properties, Use use) throws Exception {
        PeerManagedConnectionFactory factory = LocalFactories.create();
        factory.setPeers("only@" + peer.address());
        factory.setDriver(driver);
        factory.setConnectionProperties(properties);
        try (LifoContainer pool = new LifoContainer(1);
                Connection connection = pool.dataSource(factory).getConnection()) {
            use.of(connection);
            assertThat(connection.isValid(5)).isTrue();
        } finally {
            LivePeers.stop(factory);
        }
    }

    private static boolean runs() {
        return peer.execute("SELECT info FROM information_schema.processlist WHERE user = 'app'")
                .contains("SLEEP");
    }

    @ParameterizedTest
    @CsvSource({"mysql, sslMode=DISABLED", "mariadb, sslMode=disable"})
    void aStatementWhoseTimeIsOverEndsOnTheServer(String driver, String properties) throws Exception {
        use(driver, properties, connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.setQueryTimeout(1);
                long began = System.nanoTime();
                assertThatThrownBy(() -> statement.execute(SLOW)).isInstanceOf(SQLException.class);
                assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began))
                        .isLessThan(30);
                Patience.await("the statement to end", () -> !runs());
            }
        });
    }

    @ParameterizedTest
    @CsvSource({"mysql, sslMode=DISABLED", "mariadb, sslMode=disable"})
    void aCancelledStatementEndsOnTheServer(String driver, String properties) throws Exception {
        use(driver, properties, connection -> {
            try (Statement statement = connection.createStatement()) {
                CompletableFuture<Boolean> ended = new CompletableFuture<>();
                Thread caller = new Thread(() -> {
                    try {
                        ended.complete(statement.execute(SLOW));
                    } catch (SQLException e) {
                        ended.complete(false);
                    }
                });
                caller.start();
                Patience.await("the statement to run", QueryTimeoutIT::runs);
                statement.cancel();
                assertThat(ended.get(30, TimeUnit.SECONDS)).isNotNull();
                assertThat(runs()).isFalse();
            }
        });
    }
}
