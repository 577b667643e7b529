/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link Connection#abort} from another thread ends a call that waits, whatever the driver makes of it. */
@Timeout(120)
class AbortIT {

    @AutoClose
    private static LocalPeer peer;

    @BeforeAll
    static void start() {
        peer = LocalPeer.start("abort");
    }

    @ParameterizedTest
    @CsvSource({"mysql, sslMode=DISABLED", "mariadb, sslMode=disable"})
    void aStatementThatWaitsEndsAtOnce(String driver, String properties) throws Exception {
        PeerManagedConnectionFactory factory = LocalFactories.create();
        factory.setPeers("only@" + peer.address());
        factory.setDriver(driver);
        factory.setConnectionProperties(properties);
        ExecutorService threads = Executors.newCachedThreadPool();
        try (LifoContainer pool = new LifoContainer(1)) {
            PeerDataSource source = pool.dataSource(factory);
            Connection connection = source.getConnection();
            Statement statement = connection.createStatement();
            Future<Boolean> waiting = threads.submit(() -> statement.execute("SELECT SLEEP(100)"));
            Patience.await(
                    "the statement to run",
                    () -> peer.execute("SELECT info FROM information_schema.processlist WHERE user = 'app'")
                            .contains("SLEEP"));
            connection.abort(threads);
            assertThatThrownBy(() -> waiting.get(30, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(SQLException.class);
            assertThat(connection.isClosed()).isTrue();
            assertThat(LivePeers.ask(source)).isEqualTo(peer.port());
        } finally {
            threads.shutdownNow();
            LivePeers.stop(factory);
        }
    }
}
