/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import static io.peerage.peer.Phase.USE;
import static io.peerage.peer.Verdict.Standing.SOUND;

import java.util.List;

/**
 * The part of {@link MySqlErrors} about statements that fail on a good peer: those that leave their connection in a state
 * that nobody else should meet, and those that are named for logs and counters only. Thread-safe: stateless.
 */
final class MySqlStatementErrors {

    private static final String MYSQL = "MySQL Server Error Reference: ";
    private static final String MEASURED = "measured on MySQL 9.7.4 and MariaDB 11.4.5: ";

    private MySqlStatementErrors() {}

    /** What spoils the connection for those who come after. */
    static List<Rule> beforeLinkRules() {
        return List.of(
                Rule.when("prepared statement lost")
                        .at(USE)
                        .code(1243)
                        .state("HY000")
                        .saying("given to mysqld?_stmt")
                        .retires(SOUND)
                        .says(
                                MYSQL
                                        + "1243 (HY000), where the driver's own statement is unknown: a proxy changed the server"),
                Rule.when("XA out of step")
                        .at(USE)
                        .code(1399)
                        .state("XAE07")
                        .saying("(ACTIVE|IDLE|PREPARED) state")
                        .retires(SOUND)
                        .says(MEASURED
                                + "1399 (XAE07), an implicit commit in a branch, or a session in a branch of before"),
                Rule.when("local file broke off")
                        .at(USE)
                        .state("S1000")
                        .saying("LOAD DATA LOCAL INFILE")
                        .retires(SOUND)
                        .says(MEASURED
                                + "a stream of LOAD DATA LOCAL fails in Connector/J, whose next statement gets 1156"),
                Rule.when("local file broke off")
                        .at(USE)
                        .state("S1000")
                        .over(RuntimeException.class)
                        .retires(SOUND)
                        .says(MEASURED + "such a stream throws a RuntimeException, which Connector/J wraps"));
    }

    /** The verdict is that of any failed statement. After the rows on lost links. */
    static List<Rule> named() {
        return List.of(
                statement("deadlock or conflict", 1213, 3058, 1614, 3101)
                        .says(MYSQL + "1213 (40001), 3058, 1614, 3101 (40000)"),
                statement("lock wait timed out", 1205, 3572)
                        .says(MYSQL + "1205 (HY000; Connector/J 40001), 3572 NOWAIT"),
                statement("query interrupted", 1317, 3024, 1969)
                        .says(MYSQL + "1317 (70100), 3024; MariaDB Error Code Reference: 1969"),
                statement("lock table full or temporary error", 1206, 1297).says(MYSQL + "1206, 1297"),
                statement("server lacks memory or disk", 1004, 1005, 1015, 1021, 1037, 1038, 1041)
                        .says(MEASURED + "1005 (HY000) of a wrong foreign key, 1038 (HY001) of a sort: the rest works"),
                statement("unknown prepared statement", 1243).says(MEASURED + "1243 (HY000) of EXECUTE"),
                statement("refused by group replication", 3100)
                        .says("measured on MySQL 9.7.4: 3100 (HY000) for a transaction over"
                                + " group_replication_transaction_size_limit, which is rolled back"),
                statement("read-only transaction", 1792).says(MYSQL + "1792 (25006)"),
                statement("option forbids it", 1290).says(MEASURED + "1290 (HY000) with --secure-file-priv"),
                statement("not permitted", 1044, 1045, 1698, 3118, 3955, 4151, 1227, 1148, 3948, 4166)
                        .says(MYSQL + "1044, 1045, 1227, 3118, 3955; 1148, 3948, 4166 for local files"),
                statement("no such database", 1046, 1049).says(MYSQL + "1046, 1049"),
                statement("limit of this user", 1203, 1226).says(MYSQL + "1203, 1226 (42000)"),
                statement("must be prepared again", 1615).says(MYSQL + "1615"),
                statement("refused by the proxy", 9003, 9005, 9006)
                        .says("ProxySQL, lib/MySQL_Session.cpp: 9003, 9005, 9006 as sent to clients"),
                statement("XA refused", 1397, 1398, 1399, 1400, 1401, 1402, 1440, 1613)
                        .says(MYSQL + "XAE03 to XAE09, XA100 to XA106"));
    }

    private static Rule.Draft statement(String fault, Integer... codes) {
        return Rule.when(fault).at(USE).code(codes).keeps(SOUND);
    }
}
