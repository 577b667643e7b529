/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.benchmarks;

import io.peerage.PeerManagedConnectionFactory;
import io.peerage.local.LocalPeer;
import jakarta.resource.ResourceException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** A way to run one autocommit query after the other against real peers. Confined to one thread. */
public abstract class Contestant implements AutoCloseable {

    /** The ways compared. */
    public enum Kind {
        /** One connection of the driver to one peer, held open: no way is cheaper, and none less safe. */
        DRIVER,
        /** The same, asked whether it is alive before each use, as pools do that want to be safe. */
        DRIVER_VALIDATED,
        /** One connection of the driver's own load balancing over all peers, held open. */
        LOADBALANCE,
        /** Peerage: borrowed from a pool, dealt, looked at, and given back, for each query. */
        PEERAGE
    }

    /** What Peerage tells the driver unasked, so that all have the same. */
    private static final String PROPERTIES = "?useLocalSessionState=true&tcpKeepAlive=true";

    private static final String QUERY = "SELECT 1";

    /** @param addresses host:port of each peer */
    static Contestant of(Kind kind, String... addresses) throws Exception {
        return switch (kind) {
            case DRIVER -> new Held("jdbc:mysql://" + addresses[0], false);
            case DRIVER_VALIDATED -> new Held("jdbc:mysql://" + addresses[0], true);
            case LOADBALANCE -> new Held("jdbc:mysql:loadbalance://" + String.join(",", addresses), false);
            case PEERAGE -> new Pooled(addresses);
        };
    }

    /** Runs one query and returns what it says. */
    abstract int select() throws Exception;

    @Override
    public abstract void close() throws SQLException, ResourceException;

    private static int ask(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(QUERY);
                ResultSet row = statement.executeQuery()) {
            return row.next() ? row.getInt(1) : 0;
        }
    }

    private static final class Held extends Contestant {
        private final Connection connection;
        private final boolean validated;

        Held(String server, boolean validated) throws SQLException {
            this.connection = DriverManager.getConnection(
                    server + "/" + LocalPeer.DATABASE + PROPERTIES, LocalPeer.USER, LocalPeer.PASSWORD);
            this.validated = validated;
        }

        @Override
        int select() throws SQLException {
            if (validated && !connection.isValid(1)) {
                throw new SQLException("the connection is dead");
            }
            return ask(connection);
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }

    private static final class Pooled extends Contestant {
        private final Borrower borrower;

        Pooled(String... addresses) throws Exception {
            PeerManagedConnectionFactory factory = new PeerManagedConnectionFactory();
            factory.setPeers(Arrays.stream(addresses).collect(Collectors.joining(",")));
            factory.setDatabaseName(LocalPeer.DATABASE);
            factory.setUserName(LocalPeer.USER);
            factory.setPassword(LocalPeer.PASSWORD);
            // so that no check is counted
            factory.setCheckIntervalSeconds(86_400);
            // nor a ping to what was idle for as long as the counters are being read
            factory.setValidateAfterIdleMillis(600_000);
            this.borrower = new Borrower(factory, 6);
        }

        @Override
        int select() throws Exception {
            Connection handle = borrower.borrow();
            try {
                return ask(handle);
            } finally {
                borrower.giveBack(handle);
            }
        }

        @Override
        public void close() throws ResourceException {
            borrower.close();
        }
    }
}
