/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.errors;

import static io.peerage.peer.Phase.CONNECT;
import static io.peerage.peer.Phase.USE;
import static io.peerage.peer.Verdict.Standing.ASK;
import static io.peerage.peer.Verdict.Standing.DOWN;
import static io.peerage.peer.Verdict.Standing.FULL;
import static io.peerage.peer.Verdict.Standing.SOUND;
import static io.peerage.peer.Verdict.Standing.SUSPECT;
import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.peer.Phase;
import io.peerage.peer.Verdict;
import io.peerage.peer.Verdict.Fate;
import io.peerage.peer.Verdict.Standing;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransactionRollbackException;
import java.time.zone.ZoneRulesException;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Situations as both drivers report them. Where a driver throws a class of its own,
 * the class of java.sql that it extends stands for it.
 */
class MySqlErrorsTest {

    record Situation(String what, SQLException failure, Phase phase, Fate connection, Standing peer, boolean refused) {
        @Override
        public String toString() {
            return what + " [" + failure.getSQLState() + "/" + failure.getErrorCode() + "] at " + phase;
        }
    }

    /** With the server's own SQLState, which is HY000: in another language it would say the same. */
    private static final List<Integer> ASKED = List.of(1180, 1181, 1836, 3032, 3168);

    /** For each row that looks at the text, one that it is about. */
    private static final List<String> WORDS = List.of(
            "x",
            "WSREP has not yet prepared node",
            "unknown command",
            "because of inactivity",
            "running with --read-only",
            "Running in read-only mode",
            "in offline mode",
            "Server isn't available",
            "Server shutdown in progress",
            "Got error 6 during COMMIT",
            "while reaching hostgroup",
            "locked to hostgroup",
            "Connection was killed",
            "Session was killed",
            "Lost connection",
            "Too many connections",
            "reset your password",
            "given to mysqld_stmt_execute",
            "ACTIVE state",
            "session");

    static Stream<Situation> situations() {
        return Stream.of(connecting(), measured(), bySource()).flatMap(situations -> situations);
    }

    @ParameterizedTest
    @MethodSource("situations")
    void sorts(Situation situation) {
        Verdict verdict = ErrorTable.mySql().sort(situation.failure, situation.phase);

        assertThat(verdict)
                .extracting(Verdict::connection, Verdict::peer, Verdict::refused)
                .as(verdict.fault())
                .containsExactly(situation.connection, situation.peer, situation.refused);
    }

    /** A row that an earlier one always hides would be read but never apply. */
    @Test
    void noRowIsHiddenByAnother() {
        assertThat(ErrorTable.mySql().rows())
                .filteredOn(rule -> !rule.codes().isEmpty())
                .allSatisfy(rule -> rule.codes().forEach(code -> {
                    Phase phase = rule.phase() == null ? USE : rule.phase();
                    String state = rule.state().isEmpty() ? "HY000" : rule.state();
                    assertThat(WORDS)
                            .as("code %s of %s", code, rule)
                            .anySatisfy(words -> assertThat(ErrorTable.mySql()
                                            .sort(new SQLException(words, state, code), phase)
                                            .fault())
                                    .isEqualTo(rule.verdict().fault()));
                }));
    }

    private static Stream<Situation> connecting() {
        return Stream.of(
                connect(
                        "unknown time zone, CJ",
                        new SQLNonTransientConnectionException(
                                "Could not create connection to database server.",
                                "08001",
                                new ZoneRulesException("Unknown time-zone ID: Mars/Olympus")),
                        SOUND),
                connect(
                        "unknown time zone, MDB",
                        new SQLException("Unknown zoneId", new ZoneRulesException("x")),
                        SOUND),
                connect("no class, MDB", mdb(0, new IOException("x", new ClassNotFoundException("no.Such"))), SOUND),
                connect("no key store, MDB", mdb(-1, new FileNotFoundException("/nope")), SOUND),
                connect("no descriptor, MDB", mdb(-1, new FileNotFoundException("/k (Too many open files)")), SUSPECT),
                connect(
                        "no descriptor, CJ",
                        cj(new com.mysql.cj.exceptions.SSLParamsException(
                                "Cannot open file:///k", new FileNotFoundException("/k (Too many open files)"))),
                        SUSPECT),
                connect("no descriptor for a socket", cj(new SocketException("Too many open files")), SUSPECT),
                connect("no TLS, CJ", ntce("08001", 0, "SSL Connection required, but not provided by server."), SOUND),
                connect("unknown variable", new SQLException("Unknown system variable", "HY000", 1193), SOUND),
                connect("refused, CJ", cj(new ConnectException("Connection refused")), DOWN),
                connect("refused, MDB", mdb(0, new ConnectException("Connection refused")), DOWN),
                connect("unknown host, CJ", cj(new UnknownHostException("x")), DOWN),
                connect("unknown host, MDB", mdb(0, new UnknownHostException("x")), DOWN),
                connect("accept then close, CJ", cj(new EOFException()), DOWN),
                connect("reset in handshake, CJ", cj(new SocketException("Connection reset")), DOWN),
                connect("accept then close, MDB", mdb(-1, null), DOWN),
                connect(
                        "not a MySQL server, CJ",
                        new SQLException("Packet for query is too large (1,347,703,880 > 65,535).", "S1000", 0),
                        DOWN),
                connect("not a MySQL server, MDB", mdb(-1, null), DOWN),
                connect("wrong password, CJ", new SQLException("Access denied", "28000", 1045), SOUND),
                connect("wrong password, MDB", new SQLInvalidAuthorizationSpecException("", "28000", 1045), SOUND),
                connect("wrong password, ProxySQL", new SQLException("ProxySQL Error: Access", "28000", 1045), SOUND),
                connect("unknown database", new SQLSyntaxErrorException("Unknown database", "42000", 1049), SOUND),
                connect("unknown database, ProxySQL", new SQLSyntaxErrorException("", "42000", 1044), SOUND),
                connect(
                        "unknown database, ProxySQL, MDB",
                        mdb(-1, new SQLSyntaxErrorException("Access denied", "42000", 1044)),
                        SOUND),
                connect("account locked", new SQLException("Access denied, locked", "HY000", 4151), SOUND),
                connect("account locked, MySQL", new SQLException("locked", "HY000", 3118), SOUND),
                connect("no TLS, CJ", ntce("08001", 0, "Public Key Retrieval is not allowed"), SOUND),
                connect(
                        "no TLS, MDB",
                        mdb(-1, new SQLException("RSA public key is not available client side (option x)", "S1009")),
                        SOUND),
                connect("TLS required", new SQLException("insecure transport", "HY000", 3159), SOUND),
                connect("old authentication", ntce("08004", 1251, "Client does not support"), SOUND),
                connect("unknown plugin", new SQLException("not loaded", "HY000", 1524), SOUND),
                connect("unknown plugin, CJ", ntce("08001", 0, "Unable to load authentication plugin 'x'."), SOUND),
                connect(
                        "unknown plugin, MDB",
                        ntce("08004", 0, "Client does not support authentication protocol requested by server."),
                        SOUND),
                connect("max_connections", ntce("08004", 1040, "Too many connections"), FULL),
                connect("max_user_connections", new SQLSyntaxErrorException("", "42000", 1226), FULL),
                connect("user limit", new SQLSyntaxErrorException("", "42000", 1203), FULL),
                connect("password expired", new SQLException("expired", "HY000", 1862), SOUND),
                connect("password must change", new SQLException("must reset", "HY000", 1820), SOUND),
                connect("frozen, CJ", cj(new SocketTimeoutException("Read timed out")), DOWN),
                connect("frozen, MDB", new SQLTimeoutException("", "08000", 0), DOWN),
                connect("black hole, CJ", cj(new SocketTimeoutException("Connect timed out")), DOWN),
                connect("black hole, MDB", new SQLTimeoutException("Connect timed out", "08000", 0), DOWN),
                connect("host blocked", new SQLException("blocked", "HY000", 1129), DOWN),
                connect("host not allowed", new SQLException("not allowed", "HY000", 1130), DOWN),
                connect("handshake", ntce("08S01", 1043, "Bad handshake"), DOWN),
                connect("no quorum", ntce("08S01", 1047, "WSREP has not yet prepared node"), DOWN),
                connect("shutting down", ntce("08S01", 1053, "Server shutdown in progress"), DOWN),
                connect("offline mode", new SQLException("offline", "HY000", 3032), DOWN),
                connect("backends offline, CJ", new SQLException("Max connect timeout", "HY000", 9001), SUSPECT),
                connect("backends fail, CJ", new SQLException("Max connect failures", "HY000", 9002), DOWN),
                connect(
                        "backends offline, MDB",
                        mdb(-1, new BatchUpdateException("Socket timeout error", "08000", -1, new int[0])),
                        DOWN),
                connect("backends killed, CJ", new SQLException("Can't connect to server", "HY000", 2002), DOWN),
                connect("backends killed, MDB", mdb(-1, new SQLException("Can't connect", "HY000", 2002)), DOWN),
                connect("MaxScale without session", new SQLException("Session creation failed", "HY000", 1815), DOWN),
                connect("something new", new SQLException("?", "HY000", 4711), SUSPECT));
    }

    private static Stream<Situation> measured() {
        return Stream.of(
                doubted("kill -9, CJ", cj(new EOFException()), SUSPECT),
                doubted("kill -9, MDB", mdb(-1, new SocketException("Socket error")), SUSPECT),
                doubted("second use, CJ", ntce("08003", 0, "No operations allowed after connection closed."), SUSPECT),
                doubted("second use, MDB", ntce("08000", 1220, "Connection is closed"), SUSPECT),
                doubted("SHUTDOWN, KILL or wait_timeout, CJ", cj(null), SUSPECT),
                doubted("SHUTDOWN, KILL or wait_timeout, MDB", mdb(-1, null), SUSPECT),
                doubted("own KILL", new SQLTimeoutException("Connection was killed", "70100", 1927), SOUND),
                kept("own KILL, MySQL", new SQLTimeoutException("Query execution was interrupted", "70100", 1317)),
                kept("max_statement_time", new SQLTimeoutException("", "70100", 1969)),
                kept("setQueryTimeout, CJ", new SQLTimeoutException("Statement cancelled due to timeout", null, 0)),
                kept("deadlock", new SQLTransactionRollbackException("Deadlock", "40001", 1213)),
                kept("lock wait, CJ", new SQLTransactionRollbackException("Lock wait", "40001", 1205)),
                kept("lock wait, MDB", new SQLException("Lock wait", "HY000", 1205)),
                retired("read_only=1", readOnly("The MariaDB server is running with the --read-only option"), true),
                retired("super_read_only", readOnly("The MySQL server is running with the --super-read-only"), true),
                retired("read_only=1, in German", readOnly("Der MySQL-Server läuft mit der Option --read-only"), true),
                doubted(
                        "SET NAMES latin1, MDB",
                        ntce("08000", 0, "Connection character set was changed to 'latin1'. It has been closed."),
                        SOUND),
                retired("read_only by name", readOnly("The server is running with read_only"), true),
                kept("another option", readOnly("The server is running with the --secure-file-priv option")),
                kept("write in read-only, CJ", new SQLException("Connection is read-only.", "S1009", 0)),
                kept("write in read-only, MDB", new SQLInvalidAuthorizationSpecException("", "25006", 1792)),
                kept("missing table", new SQLSyntaxErrorException("", "42S02", 1146)),
                kept("syntax", new SQLSyntaxErrorException("", "42000", 1064)),
                kept("duplicate key", new SQLIntegrityConstraintViolationException("", "23000", 1062)),
                doubted("frozen with socketTimeout, CJ", cj(new SocketTimeoutException("Read timed out")), SUSPECT),
                doubted("frozen with socketTimeout, MDB", mdb(-1, new SocketTimeoutException()), SUSPECT),
                retired("no quorum", ntce("08S01", 1047, "WSREP has not yet prepared node for application use"), true),
                kept("1047 of a proxy", ntce("08S01", 1047, "Unknown command")),
                new Situation(
                        "Galera COMMIT loses quorum",
                        new SQLException("Got error 6 \"No such device or address\" during COMMIT", "HY000", 1180),
                        USE,
                        Fate.RETIRED,
                        SUSPECT,
                        false),
                kept("XA on Galera", new SQLSyntaxErrorException("doesn't yet support 'XA", "42000", 1235)),
                kept("wsrep_on without SUPER", new SQLSyntaxErrorException("", "42000", 1227)),
                kept("poisoned by a proxy", new SQLException("Storage engine InnoDB", "HY000", 1031)),
                kept("XA unknown", new SQLException("XAER_NOTA", "XAE04", 1397)),
                kept("wrong foreign key", new SQLException("Can't create table", "HY000", 1005)),
                kept("sort memory", new SQLException("Out of sort memory", "HY001", 1038)),
                kept("out of memory", new SQLException("", "HY001", 1037)),
                kept("disk full", new SQLException("Disk full", "HY000", 1021)),
                kept(
                        "EXECUTE of nothing",
                        new SQLException("Unknown prepared statement handler (x) given to EXECUTE", "HY000", 1243)),
                kept("stream of the application, CJ", new SQLException("java.io", "S1000", 0, new IOException())),
                kept(
                        "missing local file, MDB",
                        new SQLException("Could not send file", "HY000", -1, new IOException())),
                kept(
                        "packet too large, MDB",
                        new SQLException(
                                "Packet too big for current server max_allowed_packet value",
                                "HZ000",
                                -1,
                                new IOException())),
                new Situation(
                        "packet half sent, MDB",
                        new SQLException(
                                "Packet too big for current server max_allowed_packet value",
                                "08000",
                                -1,
                                new IOException()),
                        USE,
                        Fate.LOST,
                        SOUND,
                        false),
                new Situation(
                        "local stream broke, CJ",
                        new SQLException(
                                "Unable to open file 'x'for \"LOAD DATA LOCAL INFILE\" command.",
                                "S1000",
                                0,
                                new IOException()),
                        USE,
                        Fate.RETIRED,
                        SOUND,
                        false),
                doubted("out of step", ntce("08S01", 1156, "Got packets out of order"), SOUND));
    }

    private static Stream<Situation> bySource() {
        return Stream.of(
                asked("shutting down, German", Fate.RETIRED, ntce("08S01", 1053, "Der Server wird heruntergefahren")),
                asked("commit failed, German", Fate.KEPT, new SQLException("Fehler 6 beim COMMIT", "HY000", 1180)),
                asked("offline, in other words", Fate.KEPT, new SQLException("aus", "HY000", 3032)),
                asked("read-only, in other words", Fate.KEPT, new SQLException("zu", "HY000", 1836)),
                kept("the number alone", new SQLException("zu", "45000", 1836)),
                doubted("packet too large", ntce("08S01", 1153, "Got a packet bigger"), SOUND),
                kept("packet too large, seen by CJ", new SQLException("Packet for query is too large", "S1000", 0)),
                doubted("killed", ntce("08S01", 1080, "Forcing close"), SOUND),
                doubted("session killed", new SQLException("Session was killed", "HY000", 3169), SOUND),
                doubted("aborted", ntce("08S01", 1152, ""), SUSPECT),
                doubted("read error", ntce("08S01", 1158, ""), SUSPECT),
                new Situation(
                        "2013 of a proxy",
                        new SQLException("Lost connection to server", "HY000", 2013),
                        USE,
                        Fate.LOST,
                        SUSPECT,
                        false),
                new Situation(
                        "2006 of a proxy",
                        new SQLException("Server has gone away", "HY000", 2006),
                        USE,
                        Fate.LOST,
                        SUSPECT,
                        false),
                retired("shutting down", ntce("08S01", 1053, "Server shutdown in progress"), false),
                new Situation(
                        "idle too long",
                        new SQLException(
                                "The client was disconnected by the server because of inactivity.", "HY000", 4031),
                        USE,
                        Fate.DOUBTED,
                        SOUND,
                        true),
                new Situation(
                        "idle too long, CJ",
                        new SQLRecoverableException(
                                "The client was disconnected by the server because of inactivity.", "08S01", 0),
                        USE,
                        Fate.DOUBTED,
                        SOUND,
                        true),
                retired(
                        "offline mode",
                        new SQLException("The server is currently in offline mode", "HY000", 3032),
                        true),
                retired("read-only mode", new SQLException("Running in read-only mode", "HY000", 1836), true),
                new Situation(
                        "too many connections behind a proxy",
                        ntce("08004", 1040, "Too many connections"),
                        USE,
                        Fate.RETIRED,
                        FULL,
                        true),
                kept(
                        "group replication",
                        new SQLException(
                                "Error on observer while running replication hook 'before_commit'.", "HY000", 3100)),
                retired("server not available", new SQLException("Server isn't available", "HY000", 3168), false),
                new Situation(
                        "no backend",
                        new SQLException(
                                "Max connect timeout reached while reaching hostgroup 0 after 4001ms", "HY000", 9001),
                        USE,
                        Fate.KEPT,
                        SUSPECT,
                        true),
                new Situation(
                        "session locked to a hostgroup",
                        new SQLException(
                                "ProxySQL Error: connection is locked to hostgroup 0 but trying to reach hostgroup 1",
                                "Y0000",
                                9006),
                        USE,
                        Fate.RETIRED,
                        SOUND,
                        true),
                kept("group replication rollback", new SQLException("", "40000", 3101)),
                kept("NOWAIT", new SQLException("", "HY000", 3572)),
                kept("query limit of the user", new SQLSyntaxErrorException("", "42000", 1226)),
                kept("password wrong in use", new SQLException("", "28000", 1045)),
                new Situation(
                        "password expired in use",
                        new SQLException("You must reset your password using ALTER USER", "HY000", 1820),
                        USE,
                        Fate.RETIRED,
                        SOUND,
                        false),
                new Situation(
                        "statement handler lost by a proxy",
                        new SQLException(
                                "Unknown prepared statement handler (1) given to mysqld_stmt_execute", "HY000", 1243),
                        USE,
                        Fate.RETIRED,
                        SOUND,
                        false),
                new Situation(
                        "XA in a branch",
                        new SQLException("when global transaction is in the  ACTIVE state", "XAE07", 1399),
                        USE,
                        Fate.RETIRED,
                        SOUND,
                        false),
                kept("XA command in vain", new SQLException("XAER_RMFAIL", "XAE07", 1399)),
                kept("not supported", new SQLFeatureNotSupportedException("", "0A000", 0)),
                kept("data too long", new SQLException("", "22001", 1406)),
                kept("without any code", new SQLException()),
                doubted("without any code, recoverable", new SQLRecoverableException(), SUSPECT),
                doubted("lost link below a batch", batch(new SQLException("", "08S01", 0)), SUSPECT),
                doubted("lost link behind a batch", next(new SQLException("", "08S01", 0)), SUSPECT));
    }

    /** What a trigger can send: the number with a state or words that are not the server's. */
    @ParameterizedTest
    @ValueSource(strings = {"45000", "HY000", "70100"})
    void aForgedNumberIsAFailedStatement(String state) {
        assertThat(ErrorTable.mySql().rows())
                .filteredOn(rule -> rule.phase() == USE)
                .allSatisfy(rule -> rule.codes().forEach(code -> {
                    SQLException forged = new SQLException("a word of the application", state, code);
                    Verdict verdict = ErrorTable.mySql().sort(forged, USE);
                    assertThat(verdict.connection()).as("%s", forged).isEqualTo(Fate.KEPT);
                    boolean asked = state.equals("HY000") && ASKED.contains(code);
                    assertThat(verdict.peer()).as("%s", forged).isEqualTo(asked ? ASK : SOUND);
                    assertThat(verdict.refused()).as("%s", forged).isFalse();
                }));
    }

    private static SQLException readOnly(String message) {
        return new SQLException(message, "HY000", 1290);
    }

    private static Situation connect(String what, SQLException failure, Standing peer) {
        return new Situation(what, failure, CONNECT, Fate.LOST, peer, true);
    }

    private static Situation doubted(String what, SQLException failure, Standing peer) {
        return new Situation(what, failure, USE, Fate.DOUBTED, peer, false);
    }

    private static Situation retired(String what, SQLException failure, boolean refused) {
        return new Situation(what, failure, USE, Fate.RETIRED, DOWN, refused);
    }

    private static Situation asked(String what, Fate connection, SQLException failure) {
        return new Situation(what, failure, USE, connection, ASK, false);
    }

    private static Situation kept(String what, SQLException failure) {
        return new Situation(what, failure, USE, Fate.KEPT, SOUND, false);
    }

    /** Connector/J's CommunicationsException is a SQLRecoverableException. */
    private static SQLException cj(@Nullable Throwable cause) {
        return new SQLRecoverableException("Communications link failure", "08S01", 0, cause);
    }

    private static SQLException mdb(int code, @Nullable Throwable cause) {
        return new SQLNonTransientConnectionException("Socket error", "08000", code, cause);
    }

    private static SQLException ntce(String state, int code, String message) {
        return new SQLNonTransientConnectionException(message, state, code);
    }

    private static SQLException batch(SQLException cause) {
        return new BatchUpdateException("", "40001", 1213, new int[0], cause);
    }

    private static SQLException next(SQLException next) {
        SQLException first = new BatchUpdateException("", "23000", 1062, new int[0]);
        first.setNextException(next);
        return first;
    }
}
