/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import static io.peerage.peer.Phase.CONNECT;
import static io.peerage.peer.Phase.USE;
import static io.peerage.peer.Verdict.Standing.DOWN;
import static io.peerage.peer.Verdict.Standing.SOUND;
import static io.peerage.peer.Verdict.Standing.SUSPECT;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UnsupportedEncodingException;
import java.net.ConnectException;
import java.net.MalformedURLException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.NoSuchFileException;
import java.security.KeyStoreException;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.time.DateTimeException;
import java.util.List;

/**
 * What every exception table ends with: rows that hold for any driver, by SQLState class and by the cause below it.
 * Thread-safe: stateless.
 */
final class LinkRules {

    private static final String LINK =
            "measured with MySQL Connector/J 9.7.0 and MariaDB Connector/J 3.5.11: what they throw when no connection comes to be";
    private static final String MEASURED =
            "measured with MySQL Connector/J 9.7.0, MariaDB Connector/J 3.5.11 and pgJDBC 42.7.14: ";
    private static final String DESIGN = "no connection came to be, for a reason nobody knows";
    private static final String STANDARD = "ISO/IEC 9075-2, SQLSTATE class ";

    private LinkRules() {}

    /** The verdict on a connect that fails of the peer's settings, whatever the state of the peer. */
    static final String SETTING = "unacceptable setting";

    /** The verdict on a user or password that is not let in. */
    static final String LOGIN = "login refused";

    /**
     * Returns the rows about settings that a driver does not take, to stand first: drivers wrap some of them in what looks
     * like a lost link. No waiting mends that, and the peer may be as well as can be. A file that this process cannot open
     * for a moment is none of them.
     */
    static List<Rule> settings() {
        return List.of(
                Rule.when("out of file descriptors")
                        .at(CONNECT)
                        .saying("too many open files")
                        .loses(SUSPECT)
                        .says("measured on JDK 17: FileNotFoundException of a key store, SocketException of a socket"),
                setting(UnacceptableSettingException.class)
                        .says("io.peerage.config: the driver has refused a setting before it connected"),
                setting(DateTimeException.class)
                        .says(MEASURED
                                + "connectionTimeZone=Mars/Olympus: ZoneRulesException below 08001 or no SQLState"),
                setting(ClassNotFoundException.class)
                        .says(MEASURED + "socketFactory, queryInterceptors and others that name a class"),
                setting(FileNotFoundException.class).says(MEASURED + "a key store or certificate that is not there"),
                setting(NoSuchFileException.class).says(MEASURED + "serverRsaPublicKeyFile that is not there"),
                setting(MalformedURLException.class).says(MEASURED + "trustCertificateKeyStoreUrl=nope"),
                setting(KeyStoreException.class)
                        .says(MEASURED + "keyStoreType=NOPE, trustCertificateKeyStoreType=NOPE"),
                setting(UnsupportedEncodingException.class).says(MEASURED + "characterEncoding=klingon"),
                setting(UnsupportedCharsetException.class).says("java.nio.charset: a character set the JVM lacks"),
                setting(IllegalCharsetNameException.class).says("java.nio.charset: no name of a character set"),
                Rule.when(SETTING)
                        .at(CONNECT)
                        .saying("No appropriate protocol")
                        .keeps(SOUND)
                        .says(MEASURED
                                + "tlsCiphersuites=NOPE: SSLHandshakeException of the JVM's own, nothing was sent"));
    }

    private static Rule.Draft setting(Class<? extends Throwable> type) {
        return Rule.when(SETTING).at(CONNECT).type(type).keeps(SOUND);
    }

    /** Returns the row that ends a table: it fits everything. */
    static Rule otherwise() {
        // 0A000, 22, 23, 25006, 40001, 42, query timeouts and whatever nobody knows
        return Rule.when("statement failed")
                .keeps(SOUND)
                .says("the server answered, and its SQLState is not of class 08");
    }

    /** Returns the rows about lost and failed connections; while connecting, they fit everything. */
    static List<Rule> rows() {
        return List.of(
                // the server spoke and meant the login, even where a driver wraps its answer in a 08 (MariaDB does)
                Rule.when(LOGIN).at(CONNECT).state("28").keeps(SOUND).says(STANDARD + "28"),
                Rule.when("unknown database")
                        .at(CONNECT)
                        .state("3D")
                        .keeps(SOUND)
                        .says(STANDARD + "3D"),
                Rule.when(LOGIN).at(CONNECT).state("42").keeps(SOUND).says(STANDARD + "42"),
                Rule.when("connection refused")
                        .at(CONNECT)
                        .type(ConnectException.class)
                        .loses(DOWN)
                        .says(LINK),
                Rule.when("unknown host")
                        .at(CONNECT)
                        .type(UnknownHostException.class)
                        .loses(DOWN)
                        .says(LINK),
                Rule.when("no route to host")
                        .at(CONNECT)
                        .type(NoRouteToHostException.class)
                        .loses(DOWN)
                        .says(LINK),
                Rule.when("connect timed out")
                        .at(CONNECT)
                        .type(SocketTimeoutException.class)
                        .loses(DOWN)
                        .says(LINK),
                Rule.when("connect failed")
                        .at(CONNECT)
                        .type(IOException.class)
                        .loses(DOWN)
                        .says(LINK),
                Rule.when("connect failed").at(CONNECT).state("08").loses(DOWN).says(LINK),
                Rule.when("connect failed")
                        .at(CONNECT)
                        .type(SQLRecoverableException.class)
                        .loses(DOWN)
                        .says(DESIGN),
                Rule.when("connect failed oddly")
                        .at(CONNECT)
                        .type(SQLException.class)
                        .loses(SUSPECT)
                        .says(DESIGN),
                // From here on only the SQLState tells: the IOException below it may be that of the application's
                // stream.
                Rule.when("no answer in time")
                        .at(USE)
                        .state("08")
                        .over(SocketTimeoutException.class)
                        .doubts(SUSPECT)
                        .says(STANDARD + "08, over java.net.SocketTimeoutException"),
                Rule.when("link lost").at(USE).state("08").doubts(SUSPECT).says(STANDARD + "08"),
                Rule.when("link lost")
                        .at(USE)
                        .type(SQLRecoverableException.class)
                        .doubts(SUSPECT)
                        .says("java.sql.SQLRecoverableException: recovery must at least close the connection"));
    }
}
