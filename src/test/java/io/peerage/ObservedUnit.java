/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.peerage.local.Patience;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ManagedConnection;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.logging.LogRecord;

/**
 * A managed connection in a transaction that has written one row, and what container and operator hear of it. Needs a
 * table {@code t} with a column {@code a INT}. Confined to the test's thread.
 */
final class ObservedUnit implements AutoCloseable {

    /** What an application does wrong. */
    @FunctionalInterface
    interface Mistake {
        void make(Connection connection) throws Exception;
    }

    private final RecordedEvents events = new RecordedEvents();
    private final String group = "observed-" + UUID.randomUUID();
    private final RecordedLog log = new RecordedLog(group);
    private final PeerManagedConnectionFactory factory;
    private final ManagedConnection managed;
    private final Connection connection;
    private final String first;
    private final LongSupplier logins;
    private final long loginsBefore;

    /** @param logins how many there have been on the server, the one that this question takes included */
    ObservedUnit(PeerManagedConnectionFactory factory, String first, LongSupplier logins) throws Exception {
        this.factory = factory;
        this.logins = logins;
        factory.setGroupName(group);
        factory.setCheckIntervalSeconds(86_400);
        managed = factory.createManagedConnection(null, null);
        managed.addConnectionEventListener(events);
        connection = (Connection) managed.getConnection(null, null);
        connection.setAutoCommit(false);
        this.first = first;
        again();
        loginsBefore = logins.getAsLong();
    }

    /** Begins the next transaction on the same connection. */
    void again() throws SQLException {
        connection.rollback();
        execute("DELETE FROM t");
        execute(first);
    }

    Connection connection() {
        return connection;
    }

    /** Makes {@code mistake} and returns what the application gets for it. */
    Throwable after(Mistake mistake) {
        return catchThrowable(() -> mistake.make(connection));
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Asserts that the transaction goes on and commits, and that nobody has heard of a lost connection. */
    void goesOn(String what) throws Exception {
        assertThat(events.errors).as("%s: what the container heard", what).isEmpty();
        assertThat(rows()).as("%s: rows of the transaction", what).isEqualTo(1);
        connection.commit();
        assertThat(rows()).as("%s: rows after commit", what).isEqualTo(1);
        soundPeer(what);
    }

    /** As {@link #goesOn}, but for a question to the peer, of which nobody sees anything. */
    void goesOnAndThePeerIsAsked(String what) throws Exception {
        goesOn(what);
        int[] questions = {0};
        Patience.await(what + ": the peer to be asked", () -> logins.getAsLong() - loginsBefore > ++questions[0]);
        soundPeer(what);
    }

    /** Asserts that the container has heard of a lost connection, and nobody thinks ill of the peer. */
    void isLost(String what) {
        assertThat(events.errors).as("%s: what the container heard", what).hasSize(1);
        soundPeer(what);
    }

    boolean hasHeardOfALostConnection() {
        return !events.errors.isEmpty();
    }

    /** Asserts that nobody thinks ill of the peer, nor has. */
    void soundPeer(String what) {
        List<LogRecord> illWords = new ArrayList<>(log.with("PEERAGE-010"));
        illWords.addAll(log.with("PEERAGE-013"));
        assertThat(illWords).as("%s: what is said of the peer", what).isEmpty();
    }

    /** Ends the unit of work as a container does when the handle is closed, and begins the next one. */
    Connection next() throws Exception {
        connection.close();
        managed.cleanup();
        return (Connection) managed.getConnection(null, null);
    }

    private int rows() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM t WHERE a = 7")) {
            assertThat(row.next()).isTrue();
            return row.getInt(1);
        }
    }

    @Override
    public void close() throws ResourceException {
        managed.destroy();
        LivePeers.stop(factory);
        log.close();
    }
}
