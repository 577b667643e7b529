/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import com.mysql.cj.jdbc.JdbcStatement;
import io.peerage.local.LocalPeer;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What goes wrong on the application's side: its streams, its files, its packets. Connector/J keeps its connection
 * through nearly all of it; MariaDB Connector/J closes its own when a stream throws IOException, for half a packet may
 * be out. Neither says anything of the peer.
 */
@Timeout(180)
@ParameterizedClass
@EnumSource(ErrorServer.class)
class ApplicationErrorsIT {

    @SuppressWarnings("NullAway.Init") // before any test
    private static LocalPeer peer;

    @Parameter
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private ErrorServer server;

    @BeforeParameterizedClassInvocation
    static void start(ErrorServer server) {
        peer = server.start("--local-infile=1", "--max-allowed-packet=4M");
        peer.execute("CREATE TABLE shop.t (a INT) ENGINE = InnoDB");
        peer.execute(
                "CREATE TABLE shop.blobs (id INT AUTO_INCREMENT PRIMARY KEY, b LONGBLOB, c LONGTEXT) ENGINE = InnoDB");
        peer.execute("INSERT INTO shop.blobs (b, c) VALUES ('b', 'c')");
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        peer.close();
    }

    private ObservedUnit unit(String driver, String properties) throws Exception {
        return server.unit(peer, driver, properties);
    }

    @FunctionalInterface
    private interface Filling {
        void fill(PreparedStatement statement, Exception failure) throws SQLException;
    }

    private static Map<String, Filling> fillings() {
        Map<String, Filling> all = new LinkedHashMap<>();
        all.put("setBinaryStream", (s, e) -> s.setBinaryStream(1, FailingStreams.bytes(3, e)));
        all.put("setBinaryStream, int", (s, e) -> s.setBinaryStream(1, FailingStreams.bytes(3, e), 10));
        all.put("setBinaryStream, long", (s, e) -> s.setBinaryStream(1, FailingStreams.bytes(3, e), 10L));
        all.put("setAsciiStream", (s, e) -> s.setAsciiStream(1, FailingStreams.bytes(3, e)));
        all.put("setCharacterStream", (s, e) -> s.setCharacterStream(1, FailingStreams.chars(3, e)));
        all.put("setNCharacterStream", (s, e) -> s.setNCharacterStream(1, FailingStreams.chars(3, e)));
        all.put("setBlob", (s, e) -> s.setBlob(1, FailingStreams.bytes(3, e)));
        all.put("setClob", (s, e) -> s.setClob(1, FailingStreams.chars(3, e)));
        all.put("setObject", (s, e) -> s.setObject(1, FailingStreams.bytes(3, e)));
        all.put("setObject of a reader", (s, e) -> s.setObject(1, FailingStreams.chars(3, e)));
        return all;
    }

    private static List<Exception> failures() {
        return List.of(
                new SocketTimeoutException("of the application"),
                new IOException("of the application"),
                new IllegalStateException("of the application"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"mysql", "mysql useServerPrepStmts=true", "mariadb", "mariadb useServerPrepStmts=true"})
    void aStreamThatThrowsSaysNothingOfThePeer(String driver) throws Exception {
        String[] parts = driver.split(" ", 2);
        for (Map.Entry<String, Filling> filling : fillings().entrySet()) {
            for (Exception failure : failures()) {
                String what = driver + ", " + filling.getKey() + " "
                        + failure.getClass().getSimpleName();
                try (ObservedUnit unit = unit(parts[0], parts.length == 1 ? "" : parts[1])) {
                    Throwable thrown = unit.after(connection -> {
                        try (PreparedStatement statement =
                                connection.prepareStatement("INSERT INTO blobs (b) VALUES (?)")) {
                            filling.getValue().fill(statement, failure);
                            statement.executeUpdate();
                        }
                    });
                    assertThat(thrown).as(what).isNotNull();
                    expect(unit, what, parts[0].equals("mariadb") && failure instanceof IOException, failure);
                }
            }
        }
    }

    /** A connection that MariaDB's driver has closed is lost; one that it left half written to is not used again. */
    private static void expect(ObservedUnit unit, String what, boolean closed, Exception failure) throws Exception {
        if (closed) {
            unit.isLost(what);
        } else if (failure instanceof IOException) {
            unit.goesOn(what);
        } else {
            assertThat(unit.hasHeardOfALostConnection()).as(what).isFalse();
            unit.soundPeer(what);
            try (Connection next = unit.next();
                    Statement statement = next.createStatement()) {
                assertThat(statement.execute("SELECT 1")).as(what).isTrue();
            }
            unit.soundPeer(what);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mysql", "mariadb"})
    void anUpdatedRowsStreamThatThrowsSaysNothingOfThePeer(String driver) throws Exception {
        for (Exception failure : failures().subList(0, 2)) {
            try (ObservedUnit unit = unit(driver, "")) {
                Throwable thrown = unit.after(connection -> {
                    try (Statement statement = connection.createStatement(
                                    ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE);
                            ResultSet row = statement.executeQuery("SELECT id, b FROM blobs WHERE id = 1")) {
                        assertThat(row.next()).isTrue();
                        row.updateBinaryStream(2, FailingStreams.bytes(3, failure));
                        row.updateRow();
                    }
                });
                assertThat(thrown).isInstanceOf(SQLException.class);
                expect(unit, driver + " updateBinaryStream", driver.equals("mariadb"), failure);
            }
        }
    }

    private static String localFiles(String driver) {
        return driver.equals("mysql") ? "allowLoadLocalInfile=true" : "allowLocalInfile=true";
    }

    @ParameterizedTest
    @ValueSource(strings = {"mysql", "mariadb"})
    void aMissingLocalFileFailsTheStatementOnly(String driver) throws Exception {
        try (ObservedUnit unit = unit(driver, localFiles(driver))) {
            Throwable thrown =
                    unit.after(connection -> load(connection, FailingStreamsTarget.NONE, new IOException("unused")));
            assertThat(thrown).isInstanceOf(SQLException.class).hasMessageContaining("/nonexistent");
            unit.goesOn(driver + ", missing file");
        }
    }

    private enum FailingStreamsTarget {
        NONE,
        CONNECTOR_J
    }

    private static void load(Connection connection, FailingStreamsTarget target, Exception failure)
            throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (target == FailingStreamsTarget.CONNECTOR_J) {
                InputStream stream = FailingStreams.bytes(3, failure);
                statement.unwrap(JdbcStatement.class).setLocalInfileInputStream(stream);
            }
            statement.execute("LOAD DATA LOCAL INFILE '/nonexistent' INTO TABLE t");
        }
    }

    /** Connector/J is out of step with its server then: the next statement gets error 1156, and the one after no answer. */
    @ParameterizedTest
    @ValueSource(
            strings = {"java.io.IOException", "java.net.SocketTimeoutException", "java.lang.IllegalStateException"})
    void aLocalStreamThatThrowsSpoilsConnectorJsConnectionAndNotThePeer(Class<? extends Exception> type)
            throws Exception {
        Exception failure = type.getConstructor(String.class).newInstance("of the application");
        try (ObservedUnit unit = unit("mysql", localFiles("mysql"))) {
            Throwable thrown = unit.after(connection -> load(connection, FailingStreamsTarget.CONNECTOR_J, failure));
            assertThat(thrown).isInstanceOf(SQLException.class);
            assertThat(unit.after(connection -> unit.execute("SELECT 1"))).isInstanceOf(SQLException.class);
            assertThat(unit.after(connection -> unit.execute("SELECT 1"))).isInstanceOf(SQLException.class);
            unit.isLost(type.getName());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"java.io.IOException", "java.lang.IllegalStateException"})
    void aConnectionSpoiledByALocalStreamIsGivenToNobodyElse(Class<? extends Exception> type) throws Exception {
        Exception failure = type.getConstructor(String.class).newInstance("of the application");
        try (ObservedUnit unit = unit("mysql", localFiles("mysql"))) {
            unit.connection().commit();
            unit.connection().setAutoCommit(true);
            assertThat(unit.after(connection -> load(connection, FailingStreamsTarget.CONNECTOR_J, failure)))
                    .isInstanceOf(SQLException.class);
            try (Connection next = unit.next();
                    Statement statement = next.createStatement()) {
                assertThat(statement.execute("SELECT 1")).isTrue();
            }
            unit.soundPeer(type.getName());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mysql ",
                "mysql useServerPrepStmts=true",
                "mysql maxAllowedPacket=2000000",
                "mariadb maxAllowedPacket=2000000"
            })
    void aPacketTooLargeForTheDriverFailsTheStatementOnly(String driver) throws Exception {
        String[] parts = driver.split(" ", 2);
        try (ObservedUnit unit = unit(parts[0], parts[1])) {
            Throwable thrown = unit.after(connection -> {
                try (PreparedStatement statement = connection.prepareStatement("INSERT INTO blobs (b) VALUES (?)")) {
                    statement.setBytes(1, new byte[5 << 20]);
                    statement.executeUpdate();
                }
            });
            assertThat(thrown).isInstanceOf(SQLException.class);
            unit.goesOn(driver);
        }
    }
}
