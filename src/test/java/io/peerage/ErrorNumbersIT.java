/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.LocalPeer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Error numbers that look like the end of a connection or a peer, as the server sends them and as a trigger forges
 * them.
 */
@Timeout(180)
@ParameterizedClass
@EnumSource(ErrorServer.class)
class ErrorNumbersIT {

    /** Every number that some row of the table takes for more than a failed statement. */
    private static final List<Integer> NUMBERS = List.of(
            1005, 1021, 1037, 1038, 1040, 1041, 1042, 1043, 1047, 1053, 1080, 1081, 1129, 1130, 1152, 1153, 1154, 1156,
            1158, 1159, 1160, 1161, 1180, 1181, 1184, 1243, 1290, 1399, 1815, 1820, 1836, 1862, 1927, 2006, 2013, 3032,
            3100, 3168, 3169, 4031, 9001, 9002, 9006);

    /** Those with which a server says that it cannot serve, in whatever language: reason enough to ask it. */
    private static final Set<String> ASKED =
            Set.of("08004/1040", "08S01/1053", "HY000/1180", "HY000/1181", "HY000/1836", "HY000/3032", "HY000/3168");

    private static final List<String> STATES = List.of("45000", "HY000", "70100", "08S01", "08004", "08003");

    @SuppressWarnings("NullAway.Init") // before any test
    private static LocalPeer peer;

    @Parameter
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private ErrorServer server;

    @BeforeParameterizedClassInvocation
    static void start(ErrorServer server) {
        peer = server.start();
        peer.execute("CREATE TABLE shop.t (a INT) ENGINE = InnoDB");
        for (String state : STATES) {
            for (int number : NUMBERS) {
                peer.execute("CREATE PROCEDURE shop.forge_" + state + "_" + number + "() SIGNAL SQLSTATE '" + state
                        + "' SET MYSQL_ERRNO = " + number + ", MESSAGE_TEXT = 'a word of the application'");
            }
        }
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        peer.close();
    }

    private ObservedUnit unit(String driver) throws Exception {
        return server.unit(peer, driver, "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mysql", "mariadb"})
    void aForgedNumberIsAFailedStatement(String driver) throws Exception {
        for (String state : STATES) {
            try (ObservedUnit unit = unit(driver)) {
                for (int number : NUMBERS) {
                    if (number == 4031 && driver.equals("mysql")) {
                        continue;
                    }
                    String what = driver + ", forged " + state + "/" + number;
                    if (ASKED.contains(asSeen(driver, state, number) + "/" + number)) {
                        // with a connection of its own, for this one says nothing of the peer any more
                        try (ObservedUnit asked = unit(driver)) {
                            forge(asked, state, number, what);
                            asked.goesOnAndThePeerIsAsked(what);
                        }
                    } else {
                        unit.again();
                        forge(unit, state, number, what);
                        unit.goesOn(what);
                    }
                }
            }
        }
    }

    private static void forge(ObservedUnit unit, String state, int number, String what) {
        assertThat(unit.after(any -> unit.execute("CALL forge_" + state + "_" + number + "()")))
                .as(what)
                .isInstanceOf(SQLException.class);
    }

    /** Connector/J knows better where the server says HY000. */
    private static String asSeen(String driver, String state, int number) {
        return driver.equals("mysql") && state.equals("HY000")
                ? switch (number) {
                    case 1040 -> "08004";
                    case 1053 -> "08S01";
                    default -> state;
                }
                : state;
    }

    /** Connector/J closes its connection for this number, whatever SQLState and message come with it. */
    @ParameterizedTest
    @ValueSource(strings = {"45000", "HY000", "08S01"})
    void aForgedIdleTimeoutCostsConnectorJsConnectionAndNotThePeer(String state) throws Exception {
        try (ObservedUnit unit = unit("mysql")) {
            assertThat(unit.after(any -> unit.execute("CALL forge_" + state + "_4031()")))
                    .isInstanceOf(SQLException.class);
            unit.isLost("forged 4031");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mysql", "mariadb"})
    void whatTheServerCannotDoIsAFailedStatement(String driver) throws Exception {
        for (String mistake : List.of(
                "CREATE TEMPORARY TABLE child (a INT, FOREIGN KEY (a) REFERENCES nowhere (x)) ENGINE = InnoDB",
                "EXECUTE never_prepared",
                "DEALLOCATE PREPARE never_prepared",
                "SELECT b FROM (SELECT REPEAT(table_name, 30000) AS b FROM information_schema.columns) q ORDER BY b")) {
            try (ObservedUnit unit = unit(driver)) {
                unit.execute("SET SESSION sort_buffer_size = 32768, max_sort_length = 8388608");
                assertThat(unit.after(any -> unit.execute(mistake))).as(mistake).isInstanceOf(SQLException.class);
                unit.goesOn(driver + ", " + mistake);
            }
        }
    }

    /** DDL commits implicitly, so only its effect on the connection is looked at. */
    @ParameterizedTest
    @ValueSource(strings = {"mysql", "mariadb"})
    void aWrongForeignKeyIsAFailedStatement(String driver) throws Exception {
        try (ObservedUnit unit = unit(driver)) {
            assertThat(unit.after(any -> unit.execute(
                            "CREATE TABLE child (a INT, FOREIGN KEY (a) REFERENCES nowhere (x)) ENGINE = InnoDB")))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(e.getErrorCode()).isIn(1005, 1824));
            unit.goesOn(driver);
        }
    }

    /** MySQL says 1317, as of any statement that was killed: what follows looks like a kill from elsewhere there. */
    @ParameterizedTest
    @ValueSource(strings = {"mysql", "mariadb"})
    void aSessionThatKillsItselfIsLost(String driver) throws Exception {
        try (ObservedUnit unit = unit(driver)) {
            unit.connection().commit();
            assertThat(unit.after(any -> unit.execute("KILL CONNECTION_ID()"))).isInstanceOf(SQLException.class);
            assertThat(unit.after(any -> unit.execute("SELECT 1"))).isInstanceOf(SQLException.class);
            assertThat(unit.hasHeardOfALostConnection()).isTrue();
            if (server == ErrorServer.MARIADB) {
                unit.soundPeer(driver);
            }
        }
    }

    /** As ProxySQL words it; the number with another text is something else. */
    @ParameterizedTest
    @ValueSource(strings = {"mysql", "mariadb"})
    void aSessionLockedToAHostgroupServesItsUnitAndNobodyElse(String driver) throws Exception {
        peer.execute("DROP PROCEDURE IF EXISTS shop.locked");
        peer.execute(
                "CREATE PROCEDURE shop.locked() SIGNAL SQLSTATE 'Y0000' SET MYSQL_ERRNO = 9006,"
                        + " MESSAGE_TEXT = 'ProxySQL Error: connection is locked to hostgroup 0 but trying to reach hostgroup 1'");
        try (ObservedUnit unit = unit(driver)) {
            String before = session(unit.connection());
            assertThat(unit.after(any -> unit.execute("CALL locked()"))).isInstanceOf(SQLException.class);
            unit.goesOn(driver);
            assertThat(session(unit.connection())).isEqualTo(before);
            try (Connection next = unit.next()) {
                assertThat(session(next)).isNotEqualTo(before);
            }
            unit.soundPeer(driver);
        }
    }

    private static String session(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                var row = statement.executeQuery("SELECT CONNECTION_ID()")) {
            assertThat(row.next()).isTrue();
            return row.getString(1);
        }
    }
}
