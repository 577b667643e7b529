/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import static io.peerage.peer.Phase.CONNECT;
import static io.peerage.peer.Phase.USE;
import static io.peerage.peer.Verdict.Standing.DOWN;
import static io.peerage.peer.Verdict.Standing.FULL;
import static io.peerage.peer.Verdict.Standing.SOUND;
import static io.peerage.peer.Verdict.Standing.SUSPECT;

import io.peerage.peer.ExceptionSorter;
import java.util.ArrayList;
import java.util.List;

/**
 * The exception table for MySQL and MariaDB servers and the proxies in front of them, through either driver. Sources
 * "1.x" and "2" are the parts of the notes on error codes, measured where they say 2. Thread-safe: stateless.
 */
final class MySqlErrors {

    private MySqlErrors() {}

    /** Returns the table. */
    static ExceptionSorter table() {
        return new RuleTable(rows());
    }

    static List<Rule> rows() {
        List<Rule> rows = new ArrayList<>();
        rows.addAll(whatLooksLikeALostLink());
        rows.addAll(unavailable());
        rows.addAll(login());
        rows.addAll(endedByTheServer());
        rows.addAll(LinkRules.rows());
        rows.addAll(ofTheStatement());
        rows.add(LinkRules.otherwise());
        return rows;
    }

    /** Must come first: a SQLState 08 or an old driver's number that is not a broken link, or only with a certain text. */
    private static List<Rule> whatLooksLikeALostLink() {
        return List.of(
                Rule.when("packet too large")
                        .at(USE)
                        .code(1153)
                        .loses(SOUND)
                        .says("1.4: 1153 (08S01), the server closes the connection but the statement is at fault"),
                Rule.when("not a database server")
                        .at(CONNECT)
                        .state("S1000")
                        .saying("packet .*too large")
                        .loses(DOWN)
                        .says("2: not a MySQL server, Connector/J PacketTooBigException [S1000/0]"),
                Rule.when("no quorum")
                        .code(1047)
                        .saying("WSREP")
                        .refused()
                        .loses(DOWN)
                        .says("1.2 and 2: 1047 'WSREP has not yet prepared node for application use'"),
                Rule.when("unknown command")
                        .at(USE)
                        .code(1047)
                        .keeps(SOUND)
                        .says("1.4: 1047 from MaxScale and ProxySQL for a command they do not know"),
                Rule.when("idle too long").code(4031).refused().loses(SOUND).says("1.1: 4031 idle timeout"),
                Rule.when("idle too long")
                        .at(USE)
                        .state("08")
                        .saying("disconnected by the server because of inactivity")
                        .refused()
                        .loses(SOUND)
                        .says("1.1: 4031, which Connector/J turns into 08S01, code 0 at times"));
    }

    private static List<Rule> unavailable() {
        return List.of(
                Rule.when("too many connections")
                        .code(1040)
                        .refused()
                        .loses(FULL)
                        .says("1.2 and 2: 1040 (08004)"),
                Rule.when("read-only server")
                        .code(1290)
                        .saying("read[-_ ]only")
                        .refused()
                        .loses(DOWN)
                        .says("1.2 and 2: 1290 with read-only or super-read-only in the text"),
                Rule.when("read-only server").code(1836).refused().loses(DOWN).says("1.2: 1836 (HY000)"),
                Rule.when("offline mode").code(3032).refused().loses(DOWN).says("1.2: 3032 (HY000) offline_mode"),
                Rule.when("server not available").code(3168).loses(DOWN).says("1.2: 3168 (HY000)"),
                Rule.when("group replication failed").code(3100).loses(DOWN).says("1.2: 3100 (HY000) hook error"),
                Rule.when("shutting down").code(1053).loses(DOWN).says("1.1: 1053 (08S01) server shutdown"),
                Rule.when("this host is blocked")
                        .at(CONNECT)
                        .code(1129)
                        .loses(DOWN)
                        .says("1.2: 1129 (HY000)"),
                Rule.when("this host is not allowed")
                        .at(CONNECT)
                        .code(1130)
                        .loses(DOWN)
                        .says("1.2: 1130 (HY000)"),
                Rule.when("handshake failed")
                        .at(CONNECT)
                        .code(1042, 1043, 1081)
                        .loses(DOWN)
                        .says("1.2: 1042, 1043, 1081 (08S01)"),
                Rule.when("proxy without a server")
                        .at(CONNECT)
                        .code(9001, 9002)
                        .loses(DOWN)
                        .says("2: ProxySQL with all backends offline, [HY000/9001] thrown from getConnection"),
                Rule.when("proxy without a server")
                        .at(USE)
                        .code(9001, 9002)
                        .refused()
                        .keeps(SUSPECT)
                        .says("1.2: ProxySQL 9001, 9002 (HY000) no backend of the hostgroup in time"),
                Rule.when("proxy without a server")
                        .at(CONNECT)
                        .code(1815)
                        .saying("session")
                        .loses(DOWN)
                        .says("1.2: MaxScale 1815 (HY000) session creation failed"),
                Rule.when("proxy without a server")
                        .at(CONNECT)
                        .code(2002, 2003, 2005, 2006, 2013, 2014, 2055)
                        .loses(DOWN)
                        .says("2: ProxySQL, backends killed, [HY000/2002]; 1.2: 2003-type texts of proxies"));
    }

    /** Before the rows on failed connects: MariaDB's driver wraps some of these in a 08000. */
    private static List<Rule> login() {
        return List.of(
                Rule.when("login refused")
                        .at(CONNECT)
                        .code(1044, 1045, 1698, 3118, 3955, 4151)
                        .keeps(SOUND)
                        .says("1.4 and 2: wrong password, no access, account locked"),
                Rule.when("unknown database")
                        .at(CONNECT)
                        .code(1046, 1049)
                        .keeps(SOUND)
                        .says("1.4 and 2: 1049 (42000)"),
                Rule.when("password expired").code(1820, 1862).loses(SOUND).says("1.1: 1820, 1862 (HY000)"),
                Rule.when("limit of this user")
                        .at(CONNECT)
                        .code(1203, 1226)
                        .keeps(SOUND)
                        .says("1.3 and 2: 1203, 1226 (42000)"));
    }

    private static List<Rule> endedByTheServer() {
        return List.of(
                Rule.when("connection killed")
                        .code(1927)
                        .loses(SOUND)
                        .says("1.1 and 2: KILL of the own connection, [70100/1927] with isClosed=false"),
                Rule.when("connection killed").code(1080, 3169).loses(SOUND).says("1.1: 1080 (08S01), 3169 (HY000)"),
                Rule.when("link lost behind a proxy")
                        .at(USE)
                        .code(2002, 2003, 2005, 2006, 2013, 2014, 2055)
                        .loses(SUSPECT)
                        .says("1.1: client-library numbers as proxies send them, 2013/HY000"),
                Rule.when("link lost")
                        .at(USE)
                        .code(1042, 1043, 1081, 1152, 1154, 1155, 1156, 1157, 1158, 1159, 1160, 1161, 1184)
                        .loses(SUSPECT)
                        .says("1.1: aborted connection, packet errors (08S01)"),
                Rule.when("commit or rollback failed")
                        .at(USE)
                        .code(1180, 1181)
                        .loses(SUSPECT)
                        .says("1.3; 2: 1180 at COMMIT while a Galera node loses its quorum, outcome unknown"),
                Rule.when("server lacks memory or disk")
                        .at(USE)
                        .code(1004, 1005, 1015, 1021, 1037, 1038, 1041)
                        .loses(SUSPECT)
                        .says("1.4: memory and disk errors, evict"),
                Rule.when("prepared statement lost")
                        .at(USE)
                        .code(1243)
                        .loses(SOUND)
                        .says("1.1: 1243 unknown statement handler"),
                Rule.when("XA out of step")
                        .at(USE)
                        .code(1399)
                        .saying("(ACTIVE|IDLE|PREPARED) state")
                        .loses(SOUND)
                        .says("1.5: 1399, protocol misuse on a dirty session"));
    }

    /** Named only for logs and counters: the verdict is that of any failed statement. After the rows on lost links. */
    private static List<Rule> ofTheStatement() {
        return List.of(
                statement("deadlock or conflict", 1213, 3058, 1614, 3101).says("1.3 and 2: 1213 (40001), 3101 (40000)"),
                statement("lock wait timed out", 1205, 3572).says("1.3 and 2: 1205 (HY000 or 40001), 3572 NOWAIT"),
                statement("query interrupted", 1317, 3024, 1969).says("1.3 and 2: 1317 (70100), 3024, 1969"),
                statement("lock table full or temporary error", 1206, 1297).says("1.3: 1206, 1297"),
                statement("read-only transaction", 1792).says("1.2 and 2: 1792 (25006)"),
                statement("option forbids it", 1290).says("1.2: 1290 with other options, e.g. --secure-file-priv"),
                statement("not permitted", 1044, 1045, 1698, 3118, 3955, 4151, 1227, 1148, 3948, 4166)
                        .says("1.4: 1044, 1045, 1227, 3118, 3955, local infile"),
                statement("no such database", 1046, 1049).says("1.4: 1046, 1049"),
                statement("limit of this user", 1203, 1226).says("1.3: 1203, 1226 (42000)"),
                statement("must be prepared again", 1615).says("1.4: 1615"),
                statement("refused by the proxy", 9003, 9005, 9006)
                        .says("1.4: ProxySQL 9003, 9005, 9006 as sent to clients"),
                statement("XA refused", 1397, 1398, 1399, 1400, 1401, 1402, 1440, 1613)
                        .says("1.5: XA numbers"));
    }

    private static Rule.Draft statement(String fault, Integer... codes) {
        return Rule.when(fault).at(USE).code(codes).keeps(SOUND);
    }
}
