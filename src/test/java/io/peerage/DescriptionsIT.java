/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.LocalPeer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What applications read and log of their connection: the deployer's URL, the driver's own word on a statement. */
@Timeout(120)
class DescriptionsIT {

    @AutoClose
    private static LocalPeer peer;

    @BeforeAll
    static void start() {
        peer = LocalPeer.start("described");
    }

    private static PeerDataSource source(String driver, String properties) throws Exception {
        PeerManagedConnectionFactory factory = LocalFactories.create();
        factory.setDriver(driver);
        factory.setPeers(peer.address());
        factory.setConnectionProperties(properties);
        return factory.createConnectionFactory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mysql", "mariadb"})
    void theUrlIsWhatTheDeployerWrote(String driver) throws Exception {
        try (Connection connection = source(driver, "").getConnection()) {
            assertThat(connection.getMetaData().getURL())
                    .isEqualTo("jdbc:" + driver + "://" + peer.address() + "/shop");
        }
        try (Connection connection =
                source(driver, "cachePrepStmts=true;keyStorePassword=geheim").getConnection()) {
            assertThat(connection.getMetaData().getURL())
                    .isEqualTo("jdbc:" + driver + "://" + peer.address()
                            + "/shop?cachePrepStmts=true&keyStorePassword=***");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mysql", "mariadb"})
    void aPreparedStatementShowsItsSqlAndParameters(String driver) throws Exception {
        try (Connection connection = source(driver, "").getConnection();
                PreparedStatement statement = connection.prepareStatement("SELECT ?, ?")) {
            statement.setInt(1, 4711);
            statement.setString(2, "of the order");
            assertThat(statement.toString()).contains("SELECT", "4711", "of the order");
        }
        try (Connection connection = source(driver, "").getConnection();
                var call = connection.prepareCall("{call p(?)}")) {
            assertThat(call.toString()).containsIgnoringCase("call p(");
        }
    }
}
