/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static io.peerage.XaRefusal.refuses;
import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.connect.Credentials;
import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import io.peerage.local.Relay;
import jakarta.resource.spi.ManagedConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A commit that could not be delivered while the password was changed on a real server. */
@Timeout(120)
class RotatedPasswordIT {

    @TempDir
    Path folder;

    private final Branch branch = new Branch("global", "one");
    private LocalPeer server;
    private Relay relay;
    private Path file;
    private PeerManagedConnectionFactory factory;

    @BeforeEach
    void start() throws Exception {
        server = LocalPeer.start("rotated");
        server.execute("CREATE TABLE shop.t (id INT PRIMARY KEY)");
        relay = Relay.to(server.port());
        file = folder.resolve("peers.properties");
        list("app");
        factory = new PeerManagedConnectionFactory();
        factory.setPeersFile(file.toString());
        factory.setDatabaseName(LocalPeer.DATABASE);
        factory.setUserName(LocalPeer.USER);
        factory.setCheckIntervalSeconds(1);
        factory.setConnectTimeoutMillis(500);
        factory.setAcquireTimeoutMillis(700);
    }

    @AfterEach
    void end() {
        LivePeers.stop(factory);
        relay.close();
        server.close();
    }

    private void list(String password) throws Exception {
        Files.writeString(file, "p.host=127.0.0.1\np.port=" + relay.port() + "\np.password=" + password + "\n");
    }

    /** Leaves a branch prepared on {@code managed}, whose commit does not reach the server. */
    private void commitInVain(ManagedConnection managed, Credentials credentials) throws Exception {
        XAResource resource = managed.getXAResource();
        resource.start(branch, XAResource.TMNOFLAGS);
        try (Connection connection = (Connection) managed.getConnection(null, new ConnectionRequest(credentials));
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO t VALUES (1)");
        }
        resource.end(branch, XAResource.TMSUCCESS);
        resource.prepare(branch);
        relay.refuse();
        relay.reset();
        refuses(XAException.XAER_RMFAIL, () -> resource.commit(branch, false));
    }

    private void assertDelivered() throws Exception {
        Patience.await(
                "the commit to arrive",
                () -> server.execute("SELECT COUNT(*) FROM shop.t").equals("1"));
        assertThat(server.execute("XA RECOVER")).isEmpty();
    }

    @Test
    void theConfiguredUserDeliversWithThePasswordOfTheFile() throws Exception {
        ManagedConnection managed = factory.createManagedConnection(null, null);
        commitInVain(managed, Credentials.CONFIGURED);
        server.execute("ALTER USER 'app'@'127.0.0.1' IDENTIFIED BY 'new'");
        list("new");
        relay.pass();
        assertDelivered();
        managed.destroy();
    }

    @Test
    void aNamedUserDeliversWithThePasswordOfItsLatestLogin() throws Exception {
        server.execute("CREATE USER 'eve'@'127.0.0.1' IDENTIFIED BY 'old';"
                + " GRANT ALL PRIVILEGES ON shop.* TO 'eve'@'127.0.0.1'");
        ManagedConnection managed =
                factory.createManagedConnection(null, new ConnectionRequest(Credentials.of("eve", "old")));
        commitInVain(managed, Credentials.of("eve", "old"));
        server.execute("ALTER USER 'eve'@'127.0.0.1' IDENTIFIED BY 'new'");
        relay.pass();
        PeerDataSource source = factory.createConnectionFactory();
        Patience.await("eve to be let in", () -> {
            try (Connection connection = source.getConnection("eve", "new")) {
                return connection.isValid(1);
            } catch (SQLException notYet) {
                return false;
            }
        });
        assertDelivered();
        managed.destroy();
    }
}
