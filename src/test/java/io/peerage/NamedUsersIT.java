/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.local.Flavour;
import io.peerage.local.Flavours;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link NamedUsersContract} on real servers, and what only MySQL's accounts meet. */
class NamedUsersIT {

    @Nested
    class OnMariaDb extends NamedUsersContract {

        @Override
        Flavour flavour() {
            return Flavours.mariaDb();
        }
    }

    @Nested
    @EnabledIf("io.peerage.local.Facilities#mySql")
    class OnMySql extends NamedUsersContract {

        @Override
        Flavour flavour() {
            return Flavours.mySql();
        }

        /** Has the servers remember the password of the pool's own user, and of nobody else. */
        private void warmUp() throws SQLException {
            peers.forEach(peer -> peer.execute("FLUSH PRIVILEGES"));
            factory.setDriver("mysql");
            factory.setConnectionProperties("");
            PeerDataSource source = factory.createConnectionFactory();
            for (int i = 0; i < 2; i++) {
                String drained = "peer" + (i + 1);
                source.unwrap(PeerControl.class).drain(drained);
                LivePeers.ask(source);
                source.unwrap(PeerControl.class).resume(drained);
            }
            LivePeers.stop(factory);
        }

        @ParameterizedTest
        @CsvSource({"mysql,sslMode=DISABLED", "mariadb,sslMode=disable"})
        void aPasswordThatCannotBeSentWithoutTls(String driver, String properties) throws Exception {
            warmUp();
            PeerManagedConnectionFactory own = fresh(driver, properties);
            PeerDataSource source = own.createConnectionFactory();
            try {
                assertThat(LivePeers.ask(source)).isPositive();
                for (int i = 0; i < 10; i++) {
                    assertThatThrownBy(() -> source.getConnection("eve", "eve"))
                            .hasMessageContainingAll("refused", "TLS", "sslMode", "allowPublicKeyRetrieval=true")
                            .extracting(e -> ((SQLException) e).getSQLState())
                            .isEqualTo("28000");
                }
                assertThat(source.peers())
                        .allSatisfy(peer -> assertThat(peer.state()).isEqualTo("up"));
            } finally {
                LivePeers.stop(own);
            }
        }

        /** The pool's own user meets it as well, on every peer: nobody waits, and no peer is down. */
        @ParameterizedTest
        @CsvSource({"mysql,sslMode=DISABLED", "mariadb,sslMode=disable"})
        void theSameForThePoolsOwnUser(String driver, String properties) throws Exception {
            peers.forEach(peer -> peer.execute("FLUSH PRIVILEGES"));
            PeerManagedConnectionFactory own = fresh(driver, properties);
            PeerDataSource source = own.createConnectionFactory();
            try {
                long began = System.nanoTime();
                assertThatThrownBy(source::getConnection)
                        .hasMessageContainingAll(
                                "every peer of", "refused", "TLS", "sslMode", "allowPublicKeyRetrieval=true");
                assertThat(System.nanoTime() - began).isLessThan(TimeUnit.SECONDS.toNanos(5));
                assertThat(source.peers()).allSatisfy(peer -> {
                    assertThat(peer.state()).isEqualTo("refusing");
                    assertThat(peer.cause()).contains("allowPublicKeyRetrieval=true");
                });
            } finally {
                LivePeers.stop(own);
            }
        }

        private PeerManagedConnectionFactory fresh(String driver, String properties) {
            PeerManagedConnectionFactory own = LocalFactories.create();
            own.setPeers(factory.getPeers());
            own.setDriver(driver);
            own.setConnectionProperties(properties);
            return own;
        }
    }
}
