/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Servers that speak German: that one cannot serve is told by its number and what it answers when it is asked, for SQL
 * can forge the number.
 */
@Timeout(120)
class TranslatedErrorsIT {

    private final String group = "pool-" + UUID.randomUUID();

    @AutoClose
    private final RecordedLog log = new RecordedLog(group);

    @AutoClose
    private final LifoContainer container = new LifoContainer(2);

    private final PeerManagedConnectionFactory factory = LocalFactories.create();

    private static LocalPeer start(ErrorServer server) {
        LocalPeer peer = server.start("--lc-messages=de_DE");
        peer.execute("CREATE TABLE shop.t (a INT) ENGINE = InnoDB");
        return peer;
    }

    private PeerDataSource pool(LocalPeer peer, ErrorServer server, String driver) throws Exception {
        factory.setDriver(driver);
        factory.setPeers("german@" + peer.address());
        factory.setConnectionProperties(
                server == ErrorServer.MYSQL && driver.equals("mariadb") ? "allowPublicKeyRetrieval=true" : "");
        factory.setGroupName(group);
        // nothing here comes from a regular check
        factory.setCheckIntervalSeconds(86_400);
        return container.fill(factory, 2).dataSource(factory);
    }

    private static void run(PeerDataSource source, String sql) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void forge(LocalPeer peer, String state, int number, String text) {
        peer.execute("DROP PROCEDURE IF EXISTS shop.forged");
        peer.execute("CREATE PROCEDURE shop.forged() SIGNAL SQLSTATE '" + state + "' SET MYSQL_ERRNO = " + number
                + ", MESSAGE_TEXT = '" + text + "'");
    }

    /** The text has the option's name in every language. */
    @ParameterizedTest
    @CsvSource({"MARIADB, mysql", "MARIADB, mariadb", "MYSQL, mysql", "MYSQL, mariadb"})
    void aServerThatTakesNoWritesIsOutWithTheFirstStatementThatSaysSo(ErrorServer server, String driver)
            throws Exception {
        try (LocalPeer peer = start(server)) {
            PeerDataSource source = pool(peer, server, driver);
            run(source, "INSERT INTO t VALUES (1)");
            peer.execute("SET GLOBAL read_only = ON");
            assertThatThrownBy(() -> run(source, "INSERT INTO t VALUES (2)")).isInstanceOf(SQLException.class);
            assertThat(log.with("PEERAGE-010"))
                    .singleElement()
                    .satisfies(line -> assertThat(line.getMessage()).contains("german", "--read-only"));
        }
    }

    /** Whether it can serve is for the server to say, in a form that has no language. */
    @ParameterizedTest
    @CsvSource({
        "MARIADB, mysql, 08S01, 1053, Der Server wird heruntergefahren",
        "MARIADB, mariadb, 08S01, 1053, Der Server wird heruntergefahren",
        "MARIADB, mysql, HY000, 1180, Fehler 6 beim COMMIT",
        "MARIADB, mysql, HY000, 1836, Der Server nimmt nichts an",
        "MYSQL, mysql, HY000, 3032, Der Server ist nicht am Netz",
        "MYSQL, mariadb, HY000, 3168, Der Server ist nicht da",
    })
    void aNumberInOtherWordsIsAReasonToAskTheServer(
            ErrorServer server, String driver, String state, int number, String text) throws Exception {
        try (LocalPeer peer = start(server)) {
            PeerDataSource source = pool(peer, server, driver);
            forge(peer, state, number, text);
            assertThatThrownBy(() -> run(source, "CALL forged()")).hasMessageContaining(text);
            for (int i = 0; i < 20; i++) {
                assertThatThrownBy(() -> run(source, "CALL forged()")).hasMessageContaining(text);
                run(source, "INSERT INTO t VALUES (1)");
                assertThat(LivePeers.status(source, "german").state()).isEqualTo("up");
            }
            assertThat(log.with("PEERAGE-013")).as("nobody sees anything of it").isEmpty();
            assertThat(log.with("PEERAGE-010")).isEmpty();

            peer.execute("SET GLOBAL read_only = ON");
            assertThatThrownBy(() -> run(source, "CALL forged()")).hasMessageContaining(text);
            Patience.await("it to be found out", () -> !log.with("PEERAGE-010").isEmpty());
            assertThat(log.with("PEERAGE-010"))
                    .singleElement()
                    .satisfies(line -> assertThat(line.getMessage()).contains("read_only is ON"));
        }
    }
}
