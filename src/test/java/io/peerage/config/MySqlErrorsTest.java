/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import static io.peerage.peer.Phase.CONNECT;
import static io.peerage.peer.Phase.USE;
import static io.peerage.peer.Verdict.Standing.DOWN;
import static io.peerage.peer.Verdict.Standing.FULL;
import static io.peerage.peer.Verdict.Standing.SOUND;
import static io.peerage.peer.Verdict.Standing.SUSPECT;
import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.peer.Phase;
import io.peerage.peer.Verdict;
import io.peerage.peer.Verdict.Standing;
import java.io.EOFException;
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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The situations of the notes on error codes, as both drivers report them. Where a driver throws a class of its own,
 * the class of java.sql that it extends stands for it.
 */
class MySqlErrorsTest {

    record Situation(String what, SQLException failure, Phase phase, boolean lost, Standing peer, boolean refused) {
        @Override
        public String toString() {
            return what + " [" + failure.getSQLState() + "/" + failure.getErrorCode() + "] at " + phase;
        }
    }

    static Stream<Situation> situations() {
        return Stream.of(connecting(), measured(), bySource()).flatMap(situations -> situations);
    }

    @ParameterizedTest
    @MethodSource("situations")
    void sorts(Situation situation) {
        Verdict verdict = MySqlErrors.table().sort(situation.failure, situation.phase);

        assertThat(verdict)
                .extracting(Verdict::connectionLost, Verdict::peer, Verdict::refused)
                .as(verdict.fault())
                .containsExactly(situation.lost, situation.peer, situation.refused);
    }

    @Test
    void everyRowHasASourceAndAName() {
        assertThat(MySqlErrors.rows()).isNotEmpty().allSatisfy(rule -> {
            assertThat(rule.source()).as("source of %s", rule).isNotBlank();
            assertThat(rule.verdict().fault()).as("fault of %s", rule).isNotBlank();
        });
    }

    /** A row that an earlier one always hides would be read but never apply. */
    @Test
    void everyCodeIsDecidedByTheFirstRowThatNamesItAlone() {
        assertThat(MySqlErrors.rows())
                .filteredOn(rule -> !rule.codes().isEmpty())
                .allSatisfy(rule -> rule.codes().forEach(code -> {
                    Phase phase = rule.phase() == null ? USE : rule.phase();
                    String state = rule.state().isEmpty() ? "HY000" : rule.state();
                    String message = rule.message() == null ? "x" : "WSREP read-only session ACTIVE state";
                    SQLException failure = new SQLException(message, state, code);
                    assertThat(MySqlErrors.table().sort(failure, phase).fault())
                            .as("code %s of %s", code, rule)
                            .isEqualTo(rule.verdict().fault());
                }));
    }

    private static Stream<Situation> connecting() {
        return Stream.of(
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
                connect("max_connections", ntce("08004", 1040, "Too many connections"), FULL),
                connect("max_user_connections", new SQLSyntaxErrorException("", "42000", 1226), SOUND),
                connect("user limit", new SQLSyntaxErrorException("", "42000", 1203), SOUND),
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
                connect("backends offline, CJ", new SQLException("Max connect timeout", "HY000", 9001), DOWN),
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
                lost("kill -9, CJ", cj(new EOFException()), SUSPECT),
                lost("kill -9, MDB", mdb(-1, new SocketException("Socket error")), SUSPECT),
                lost("second use, CJ", ntce("08003", 0, "No operations allowed after connection closed."), SUSPECT),
                lost("second use, MDB", ntce("08000", 1220, "Connection is closed"), SUSPECT),
                lost("SHUTDOWN, KILL or wait_timeout, CJ", cj(null), SUSPECT),
                lost("SHUTDOWN, KILL or wait_timeout, MDB", mdb(-1, null), SUSPECT),
                lost("own KILL, CJ", new SQLTimeoutException("Connection was killed", "70100", 1927), SOUND),
                lost("own KILL, MDB", new SQLTimeoutException("Connection was killed", "70100", 1927), SOUND),
                kept("max_statement_time", new SQLTimeoutException("", "70100", 1969)),
                kept("setQueryTimeout, CJ", new SQLTimeoutException("Statement cancelled due to timeout", null, 0)),
                kept("deadlock", new SQLTransactionRollbackException("Deadlock", "40001", 1213)),
                kept("lock wait, CJ", new SQLTransactionRollbackException("Lock wait", "40001", 1205)),
                kept("lock wait, MDB", new SQLException("Lock wait", "HY000", 1205)),
                refused("read_only=1", new SQLException("running with the --read-only option", "HY000", 1290), DOWN),
                refused("super_read_only", new SQLException("the --super-read-only option", "HY000", 1290), DOWN),
                refused("read_only by name", new SQLException("running with read_only", "HY000", 1290), DOWN),
                kept("another option", new SQLException("the --secure-file-priv option", "HY000", 1290)),
                kept("write in read-only, CJ", new SQLException("Connection is read-only.", "S1009", 0)),
                kept("write in read-only, MDB", new SQLInvalidAuthorizationSpecException("", "25006", 1792)),
                kept("missing table", new SQLSyntaxErrorException("", "42S02", 1146)),
                kept("syntax", new SQLSyntaxErrorException("", "42000", 1064)),
                kept("duplicate key", new SQLIntegrityConstraintViolationException("", "23000", 1062)),
                lost("frozen with socketTimeout, CJ", cj(new SocketTimeoutException("Read timed out")), SUSPECT),
                lost("frozen with socketTimeout, MDB", mdb(-1, new SocketTimeoutException()), SUSPECT),
                refused("no quorum", ntce("08S01", 1047, "WSREP has not yet prepared node for application use"), DOWN),
                kept("1047 of a proxy", ntce("08S01", 1047, "Unknown command")),
                lost(
                        "Galera COMMIT loses quorum",
                        new SQLException("Got error 6 during COMMIT", "HY000", 1180),
                        SUSPECT),
                kept("XA on Galera", new SQLSyntaxErrorException("doesn't yet support 'XA", "42000", 1235)),
                kept("wsrep_on without SUPER", new SQLSyntaxErrorException("", "42000", 1227)),
                kept("poisoned by a proxy", new SQLException("Storage engine InnoDB", "HY000", 1031)),
                kept("XA unknown", new SQLException("XAER_NOTA", "XAE04", 1397)));
    }

    private static Stream<Situation> bySource() {
        return Stream.of(
                lost("packet too large", ntce("08S01", 1153, "Got a packet bigger"), SOUND),
                kept("packet too large, seen by CJ", new SQLException("Packet for query is too large", "S1000", 0)),
                lost("killed", ntce("08S01", 1080, "Forcing close"), SOUND),
                lost("session killed", new SQLException("", "HY000", 3169), SOUND),
                lost("aborted", ntce("08S01", 1152, ""), SUSPECT),
                lost("read error", ntce("08S01", 1158, ""), SUSPECT),
                lost("2013 of a proxy", new SQLException("Lost connection", "HY000", 2013), SUSPECT),
                lost("2006 of a proxy", new SQLException("gone away", "HY000", 2006), SUSPECT),
                lost("shutting down", ntce("08S01", 1053, ""), DOWN),
                refused("idle too long", new SQLException("inactivity", "HY000", 4031), SOUND),
                refused(
                        "idle too long, CJ",
                        new SQLRecoverableException(
                                "The client was disconnected by the server because of inactivity.", "08S01", 0),
                        SOUND),
                refused("offline mode", new SQLException("", "HY000", 3032), DOWN),
                refused("read-only mode", new SQLException("", "HY000", 1836), DOWN),
                refused("too many connections behind a proxy", ntce("08004", 1040, ""), FULL),
                lost("group replication", new SQLException("before_commit", "HY000", 3100), DOWN),
                lost("server not available", new SQLException("", "HY000", 3168), DOWN),
                new Situation("no backend", new SQLException("", "HY000", 9001), USE, false, SUSPECT, true),
                kept("session locked to a hostgroup", new SQLException("", "Y0000", 9006)),
                kept("group replication rollback", new SQLException("", "40000", 3101)),
                kept("NOWAIT", new SQLException("", "HY000", 3572)),
                kept("query limit of the user", new SQLSyntaxErrorException("", "42000", 1226)),
                kept("password wrong in use", new SQLException("", "28000", 1045)),
                lost("password expired in use", new SQLException("", "HY000", 1820), SOUND),
                lost("unknown statement handler", new SQLException("", "HY000", 1243), SOUND),
                lost("out of memory", new SQLException("", "HY001", 1037), SUSPECT),
                lost(
                        "dirty XA",
                        new SQLException("when global transaction is in the  ACTIVE state", "XAE07", 1399),
                        SOUND),
                kept("XA command in vain", new SQLException("XAER_RMFAIL", "XAE07", 1399)),
                kept("not supported", new SQLFeatureNotSupportedException("", "0A000", 0)),
                kept("data too long", new SQLException("", "22001", 1406)),
                kept("without any code", new SQLException()),
                lost("without any code, recoverable", new SQLRecoverableException(), SUSPECT),
                lost("lost link below a batch", batch(new SQLException("", "08S01", 0)), SUSPECT),
                lost("lost link behind a batch", next(new SQLException("", "08S01", 0)), SUSPECT));
    }

    private static Situation connect(String what, SQLException failure, Standing peer) {
        return new Situation(what, failure, CONNECT, true, peer, true);
    }

    private static Situation lost(String what, SQLException failure, Standing peer) {
        return new Situation(what, failure, USE, true, peer, false);
    }

    private static Situation refused(String what, SQLException failure, Standing peer) {
        return new Situation(what, failure, USE, true, peer, true);
    }

    private static Situation kept(String what, SQLException failure) {
        return new Situation(what, failure, USE, false, SOUND, false);
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
