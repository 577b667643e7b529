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
 * The exception table for MySQL and MariaDB servers and the proxies in front of them, through either driver.
 *
 * <p>A trigger or a procedure can send any number with {@code SIGNAL}. So on a connection in use a number counts for more
 * than a failed statement only with the SQLState and the words that the server sends with it. A server may be set to
 * another language ({@code lc_messages}), though: of what says that it cannot serve, number and SQLState alone are reason
 * enough to ask it, and for no more. Thread-safe: stateless.
 */
final class MySqlErrors {

    private static final String MYSQL = "MySQL Server Error Reference: ";
    private static final String MARIADB = "MariaDB Error Code Reference: ";
    private static final String MEASURED = "measured on MySQL 9.7.4 and MariaDB 11.4.5: ";
    private static final String SETTINGS = "measured with MySQL Connector/J 9.7.0 and MariaDB Connector/J 3.5.11: ";
    private static final String LANGUAGE = "errmsg.sys of MariaDB 11.4.5, in German: ";
    private static final String PROXYSQL = "ProxySQL, lib/MySQL_Session.cpp: ";
    private static final String CONNECTOR_J = "com.mysql.cj.jdbc.exceptions.CommunicationsException";

    private MySqlErrors() {}

    /** Returns the table. */
    static ExceptionSorter table() {
        return new RuleTable(rows());
    }

    static List<Rule> rows() {
        List<Rule> rows = new ArrayList<>();
        rows.addAll(LinkRules.settings());
        rows.addAll(settings());
        rows.addAll(whatLooksLikeALostLink());
        rows.addAll(noConnection());
        rows.addAll(login());
        rows.addAll(cannotServe());
        rows.addAll(endedByTheServer());
        rows.addAll(inOtherWords());
        rows.addAll(MySqlStatementErrors.beforeLinkRules());
        rows.addAll(LinkRules.rows());
        rows.addAll(MySqlStatementErrors.named());
        rows.add(LinkRules.otherwise());
        return rows;
    }

    /** What the drivers, or the server, do not take of the deployer's driver properties. */
    private static List<Rule> settings() {
        return List.of(
                setting()
                        .type("com.mysql.cj.exceptions.WrongArgumentException")
                        .keeps(SOUND)
                        .says(SETTINGS + "S1009, The connection property 'x' acceptable values are, and others"),
                setting()
                        .type("com.mysql.cj.exceptions.InvalidConnectionAttributeException")
                        .keeps(SOUND)
                        .says(SETTINGS + "01S00, useConfigs=nope"),
                setting()
                        .type("com.mysql.cj.exceptions.SSLParamsException")
                        .keeps(SOUND)
                        .says(SETTINGS + "08000, a key store that cannot be opened, tlsVersions=TLSv9"),
                setting()
                        .saying(
                                "Socket factory failed to initiali[sz]ed|File not found for option"
                                        + "|Unsupported SSL (protocol|cipher)|Client restrict authentication plugin"
                                        + "|Could not read server RSA public key from file"
                                        + "|(Failed|Unable) to (read keyStore|find trustStore|load trustStore)|Failed load keyStore")
                        .keeps(SOUND)
                        .says(SETTINGS + "MariaDB Connector/J, 08000, S1009, 08004/1251 and no SQLState"),
                setting()
                        .saying("SSL Connection required, but not provided by server"
                                + "|Trying to connect with ssl, but ssl not enabled in the server")
                        .keeps(SOUND)
                        .says(SETTINGS + "08001 and 08000, TLS is asked for and the server has none"),
                // of sessionVariables, initSql, connectionCollation and their like
                setting()
                        .code(1115, 1193, 1229, 1231, 1232, 1238, 1273, 1298)
                        .keeps(SOUND)
                        .says(MYSQL + "1193 ER_UNKNOWN_SYSTEM_VARIABLE and its like, for what the login sets"));
    }

    private static Rule.Draft setting() {
        return Rule.when(LinkRules.SETTING).at(CONNECT);
    }

    /** Must come first: class 08, or what an old driver says, where link and peer are well. */
    private static List<Rule> whatLooksLikeALostLink() {
        return List.of(
                Rule.when("packet too large")
                        .at(USE)
                        .code(1153)
                        .state("08S01")
                        .doubts(SOUND)
                        .says(MYSQL
                                + "1153 (08S01) ER_NET_PACKET_TOO_LARGE, after which the server closes the connection"),
                // "HZ000" if nothing was sent yet, "08000" if the driver closed its connection
                Rule.when("packet too large")
                        .at(USE)
                        .state("HZ")
                        .saying("packet too big")
                        .keeps(SOUND)
                        .says("MariaDB Connector/J, StandardClient and ReplayClient: MaxAllowedPacketException"),
                Rule.when("packet too large")
                        .at(USE)
                        .state("08")
                        .saying("packet too big")
                        .loses(SOUND)
                        .says("MariaDB Connector/J, StandardClient and ReplayClient: MaxAllowedPacketException"),
                Rule.when("out of step")
                        .at(USE)
                        .code(1156, 1157)
                        .state("08S01")
                        .doubts(SOUND)
                        .says(MEASURED + "1156 (08S01), next statement after a stream of LOAD DATA LOCAL failed"),
                Rule.when("not a database server")
                        .at(CONNECT)
                        .state("S1000")
                        .saying("packet .*too large")
                        .loses(DOWN)
                        .says("measured: not a MySQL server, Connector/J PacketTooBigException [S1000/0]"),
                Rule.when("no quorum")
                        .at(USE)
                        .code(1047)
                        .state("08S01")
                        .saying("WSREP has not yet prepared node")
                        .refused()
                        .retires(DOWN)
                        .says("measured on Galera 26.4: 1047 (08S01), the connection stays open"),
                Rule.when("unknown command")
                        .at(USE)
                        .code(1047)
                        .saying("unknown command|unsupported")
                        .keeps(SOUND)
                        .says("MaxScale and ProxySQL: 1047 (08S01) for a command they do not know"),
                Rule.when("character set refused by the driver")
                        .at(USE)
                        .state("08")
                        .saying("character set was changed")
                        .doubts(SOUND)
                        .says("MariaDB Connector/J, Context.setCharset: it closes its connection"),
                Rule.when("idle too long")
                        .at(USE)
                        .code(4031)
                        .state("HY000")
                        .saying("because of inactivity")
                        .refused()
                        .doubts(SOUND)
                        .says(MYSQL + "4031 (HY000) ER_CLIENT_INTERACTION_TIMEOUT"),
                Rule.when("idle too long")
                        .at(USE)
                        .state("08")
                        .saying("disconnected by the server because of inactivity")
                        .refused()
                        .doubts(SOUND)
                        .says("Connector/J, NativeProtocol: makes 08S01/0 of 4031 and closes its connection"),
                // whatever the text, for the number can be forged; of a broken link it says other words
                Rule.when("closed by the driver")
                        .at(USE)
                        .type(CONNECTOR_J)
                        .saying("^(?!Communications link failure|The last packet )")
                        .doubts(SOUND)
                        .says("Connector/J, NativeProtocol: makes 08S01/0 of 4031 and closes its connection"));
    }

    /** While connecting, nobody's SQL has run but the server's own. */
    private static List<Rule> noConnection() {
        return List.of(
                Rule.when("no quorum")
                        .at(CONNECT)
                        .code(1047)
                        .saying("WSREP")
                        .loses(DOWN)
                        .says("measured on Galera 26.4: 1047 (08S01)"),
                Rule.when("too many connections")
                        .at(CONNECT)
                        .code(1040)
                        .loses(FULL)
                        .says(MEASURED + "1040 (08004) ER_CON_COUNT_ERROR"),
                Rule.when("read-only server")
                        .at(CONNECT)
                        .code(1290)
                        .saying("read[-_ ]only")
                        .loses(DOWN)
                        .says(MYSQL + "1290 (HY000) ER_OPTION_PREVENTS_STATEMENT"),
                Rule.when("read-only server")
                        .at(CONNECT)
                        .code(1836)
                        .loses(DOWN)
                        .says(MYSQL + "1836 (HY000) ER_READ_ONLY_MODE"),
                Rule.when("offline mode")
                        .at(CONNECT)
                        .code(3032)
                        .loses(DOWN)
                        .says(MYSQL + "3032 (HY000) ER_SERVER_OFFLINE_MODE"),
                Rule.when("server not available")
                        .at(CONNECT)
                        .code(3168)
                        .loses(DOWN)
                        .says(MYSQL + "3168 (HY000) ER_SERVER_ISNT_AVAILABLE"),
                Rule.when("shutting down")
                        .at(CONNECT)
                        .code(1053)
                        .loses(DOWN)
                        .says(MYSQL + "1053 (08S01) ER_SERVER_SHUTDOWN"),
                Rule.when("this host is blocked")
                        .at(CONNECT)
                        .code(1129)
                        .loses(DOWN)
                        .says(MYSQL + "1129 (HY000) ER_HOST_IS_BLOCKED"),
                Rule.when("this host is not allowed")
                        .at(CONNECT)
                        .code(1130)
                        .loses(DOWN)
                        .says(MYSQL + "1130 (HY000) ER_HOST_NOT_PRIVILEGED"),
                Rule.when("handshake failed")
                        .at(CONNECT)
                        .code(1042, 1043, 1081)
                        .loses(DOWN)
                        .says(MYSQL
                                + "1042, 1043, 1081 (08S01) ER_BAD_HOST_ERROR, ER_HANDSHAKE_ERROR, ER_IPSOCK_ERROR"),
                // it waited for one of its connections to a server, and all of them may be at work
                Rule.when("proxy without a free server")
                        .at(CONNECT)
                        .code(9001)
                        .loses(SUSPECT)
                        .says(PROXYSQL
                                + "9001 (HY000) Max connect timeout reached while reaching hostgroup; measured with"
                                + " ProxySQL 2.7: a saturated one says so as well as one whose servers are gone"),
                Rule.when("proxy without a server")
                        .at(CONNECT)
                        .code(9002)
                        .loses(DOWN)
                        .says(PROXYSQL + "9002 (HY000) Max connect failures while reaching hostgroup"),
                Rule.when("proxy without a server")
                        .at(CONNECT)
                        .code(1815)
                        .saying("session")
                        .loses(DOWN)
                        .says("MaxScale, mariadb_client.cc: 1815 (HY000) Session creation failed"),
                Rule.when("proxy without a server")
                        .at(CONNECT)
                        .code(2002, 2003, 2005, 2006, 2013, 2014, 2055)
                        .loses(DOWN)
                        .says("measured with ProxySQL 2.7, servers killed: 2002 (HY000); the numbers are those of"
                                + " MySQL Client Error Reference"));
    }

    /** Before the rows on failed connects: MariaDB's driver wraps some of these in a 08000. */
    private static List<Rule> login() {
        return List.of(
                Rule.when(LinkRules.LOGIN)
                        .at(CONNECT)
                        .code(1044, 1045, 1698, 3118, 3955, 4151)
                        .keeps(SOUND)
                        .says(MYSQL + "1044, 1045, 1698, 3118, 3955; " + MARIADB
                                + "4151: wrong password, no access, locked"),
                // "08001" of Connector/J, and "S1009" in a "08000" of MariaDB's driver, of a server that is well
                Rule.when("login refused without TLS")
                        .at(CONNECT)
                        .saying("public key retrieval is not allowed|RSA public key is not available")
                        .keeps(SOUND)
                        .says("measured with MySQL 9.7.4, caching_sha2_password and no TLS: Sha256PasswordPlugin of"
                                + " Connector/J, CachingSha2PasswordPlugin of MariaDB Connector/J"),
                Rule.when("login refused without TLS")
                        .at(CONNECT)
                        .code(3159)
                        .keeps(SOUND)
                        .says(MYSQL + "3159 (HY000) ER_SECURE_TRANSPORT_REQUIRED"),
                Rule.when("login method refused")
                        .at(CONNECT)
                        .code(1251, 1275, 1524)
                        .keeps(SOUND)
                        .says(MYSQL + "1251 (08004), 1275, 1524 (HY000): the account's authentication plugin"),
                Rule.when("login method refused")
                        .at(CONNECT)
                        .saying(
                                "load authentication plugin|connection required for plugin|support authentication protocol"
                                        + "|restrict authentication plugin")
                        .keeps(SOUND)
                        .says("AuthenticationProvider of Connector/J, AuthenticationPluginLoader of MariaDB"
                                + " Connector/J: the account wants a plugin that the driver lacks or does not use"),
                Rule.when("unknown database")
                        .at(CONNECT)
                        .code(1046, 1049)
                        .keeps(SOUND)
                        .says(MYSQL + "1046 (3D000) ER_NO_DB_ERROR, 1049 (42000) ER_BAD_DB_ERROR"),
                Rule.when("password expired")
                        .at(CONNECT)
                        .code(1820, 1862)
                        .loses(SOUND)
                        .says(MYSQL + "1820, 1862 (HY000) ER_MUST_CHANGE_PASSWORD"),
                Rule.when("password expired")
                        .at(USE)
                        .code(1820)
                        .state("HY000")
                        .saying("reset your password|SET PASSWORD")
                        .retires(SOUND)
                        .says(MYSQL + "1820 (HY000) ER_MUST_CHANGE_PASSWORD: the connection is of no use until then"),
                Rule.when("limit of this user")
                        .at(CONNECT)
                        .code(1203, 1226)
                        .keeps(SOUND)
                        .says(MYSQL + "1203, 1226 (42000) ER_TOO_MANY_USER_CONNECTIONS, ER_USER_LIMIT_REACHED"));
    }

    /** In use: it lives, and must not be given to those who come after. */
    private static List<Rule> cannotServe() {
        return List.of(
                Rule.when("too many connections")
                        .at(USE)
                        .code(1040)
                        .state("08004")
                        .saying("too many connections")
                        .refused()
                        .retires(FULL)
                        .says("measured: 1040 (08004), in use only from behind a proxy"),
                Rule.when("read-only server")
                        .at(USE)
                        .code(1290)
                        .state("HY000")
                        // the name of the option, in whatever language the rest is
                        .saying("--(super[-_])?read[-_]only|running with .*read[-_ ]only")
                        .refused()
                        .retires(DOWN)
                        .says(MEASURED + "1290 (HY000) with --read-only or --super-read-only in the text"),
                Rule.when("read-only server")
                        .at(USE)
                        .code(1836)
                        .state("HY000")
                        .saying("read-only mode")
                        .refused()
                        .retires(DOWN)
                        .says(MYSQL + "1836 (HY000) ER_READ_ONLY_MODE"),
                Rule.when("offline mode")
                        .at(USE)
                        .code(3032)
                        .state("HY000")
                        .saying("offline mode")
                        .refused()
                        .retires(DOWN)
                        .says(MYSQL + "3032 (HY000) ER_SERVER_OFFLINE_MODE"),
                Rule.when("server not available")
                        .at(USE)
                        .code(3168)
                        .state("HY000")
                        .saying("Server isn't available")
                        .retires(DOWN)
                        .says(MYSQL + "3168 (HY000) ER_SERVER_ISNT_AVAILABLE"),
                Rule.when("shutting down")
                        .at(USE)
                        .code(1053)
                        .state("08S01")
                        .saying("shutdown in progress")
                        .retires(DOWN)
                        .says(MYSQL + "1053 (08S01) ER_SERVER_SHUTDOWN"),
                Rule.when("commit or rollback failed")
                        .at(USE)
                        .code(1180, 1181)
                        .state("HY000")
                        .saying("Got error .* during (COMMIT|ROLLBACK)")
                        .retires(SUSPECT)
                        .says(
                                "measured on Galera 26.4: 1180 (HY000) at COMMIT while a node loses its quorum, outcome unknown"),
                Rule.when("proxy without a server")
                        .at(USE)
                        .code(9001, 9002)
                        .state("HY000")
                        .saying("while reaching hostgroup")
                        .refused()
                        .keeps(SUSPECT)
                        .says(PROXYSQL + "9001, 9002 (HY000), no server of the hostgroup in time"),
                Rule.when("session locked by the proxy")
                        .at(USE)
                        .code(9005, 9006)
                        .saying("locked (to|on) hostgroup")
                        .refused()
                        .retires(SOUND)
                        .says(PROXYSQL + "9005 (HY000), 9006 (Y0000): locked to a hostgroup by SET, for good"));
    }

    /**
     * What the rows before know by its words, in another language or forged. 1290 is not among them, for each language has
     * the option's name in it, nor are numbers that proxies alone send, in English.
     */
    private static List<Rule> inOtherWords() {
        return List.of(
                Rule.when("perhaps too many connections")
                        .at(USE)
                        .code(1040)
                        .state("08004")
                        .retires(SUSPECT)
                        .says(LANGUAGE + "1040 (08004) Zu viele Verbindungen"),
                Rule.when("perhaps a server that cannot serve")
                        .at(USE)
                        .code(1836, 3032, 3168)
                        .state("HY000")
                        .keeps(SUSPECT)
                        .says(LANGUAGE + "1836, 3032, 3168 (HY000), see the rows with words"),
                Rule.when("perhaps shutting down")
                        .at(USE)
                        .code(1053)
                        .state("08S01")
                        .retires(SUSPECT)
                        .says(LANGUAGE + "1053 (08S01) Der Server wird heruntergefahren"),
                Rule.when("perhaps commit or rollback failed")
                        .at(USE)
                        .code(1180, 1181)
                        .state("HY000")
                        .keeps(SUSPECT)
                        .says(LANGUAGE + "1180 (HY000) Fehler %M beim COMMIT"));
    }

    private static List<Rule> endedByTheServer() {
        return List.of(
                Rule.when("connection killed")
                        .at(USE)
                        .code(1927)
                        .state("70100")
                        .saying("Connection was killed")
                        .doubts(SOUND)
                        .says(
                                "measured on MariaDB 11.4.5: KILL of the own connection, 1927 (70100), closed right after"),
                Rule.when("connection killed")
                        .at(USE)
                        .code(1080)
                        .state("08S01")
                        .doubts(SOUND)
                        .says(MYSQL + "1080 (08S01) ER_FORCING_CLOSE"),
                Rule.when("connection killed")
                        .at(USE)
                        .code(3169)
                        .state("HY000")
                        .saying("Session was killed")
                        .doubts(SOUND)
                        .says(MYSQL + "3169 (HY000) ER_SESSION_WAS_KILLED"),
                // The link to the proxy lives, but the session behind it is gone, and the transaction with it.
                Rule.when("link lost behind a proxy")
                        .at(USE)
                        .code(2002, 2003, 2005, 2006, 2013, 2014, 2055)
                        .state("HY000")
                        .saying("lost connection|gone away|connect to|unknown .*host|out of sync")
                        .loses(SUSPECT)
                        .says("MySQL Client Error Reference; " + PROXYSQL + "2013 (HY000)"),
                Rule.when("link lost")
                        .at(USE)
                        .code(1042, 1043, 1081, 1152, 1154, 1155, 1158, 1159, 1160, 1161, 1184)
                        .state("08S01")
                        .doubts(SUSPECT)
                        .says(MYSQL + "1152, 1154 to 1161, 1184 (08S01): aborted connection, packet errors"));
    }
}
