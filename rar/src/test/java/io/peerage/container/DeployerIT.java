/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.ApplicationServer;
import io.peerage.local.LocalPeer;
import io.peerage.local.PayaraMicro;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a deployer gets to see in Payara Micro: of pools that are right, and of each mistake one can make. */
class DeployerIT {

    private static final String SECRET = "hush-7Qx";
    private static final String NOBODY = "127.0.0.1:1";

    /**
     * A pool that cannot work, and what the ping of it must say.
     *
     * @param pool what the deployer asks for
     * @param said what the answer holds: the property, its value, and what is allowed
     */
    private record Mistake(Pool pool, String said) {
        @Override
        public String toString() {
            return pool.name();
        }
    }

    private static List<LocalPeer> peers;
    private static ApplicationServer server;
    private static List<String> log;

    @BeforeAll
    static void bootWithEveryPool() {
        peers = LocalPeer.startAll(2);
        peers.forEach(peer -> peer.execute("CREATE USER 'clerk'@'127.0.0.1' IDENTIFIED BY '" + SECRET
                + "'; GRANT ALL PRIVILEGES ON *.* TO 'clerk'@'127.0.0.1'"));
        PayaraMicro micro =
                PayaraMicro.at(Archive.payaraMicro()).allowFailedCommands().postBoot(Archive.deploy());
        Stream.concat(Stream.of(good()), mistakes().map(Mistake::pool)).forEach(pool -> {
            pool.commands().forEach(micro::postBoot);
            micro.postBoot(pool.ping());
        });
        server = micro.start();
        log = server.log();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
        peers.forEach(LocalPeer::close);
    }

    private static Pool good() {
        return Pool.named("good")
                .option("--ping=true")
                .with("Peers", Pool.list(peers))
                .with("DatabaseName", LocalPeer.DATABASE)
                .with("UserName", "clerk")
                .with("Password", SECRET);
    }

    private static Pool wrong(String name) {
        return Pool.named(name).with("Peers", NOBODY);
    }

    private static Stream<Mistake> mistakes() {
        return Stream.of(
                new Mistake(
                        Pool.named("no-peers").with("UserName", "clerk"),
                        "Peers= is not allowed: list at least one peer, e.g. db1:3306, or set PeersFile"),
                new Mistake(
                        Pool.named("malformed-peers").with("Peers", "db@127.0.0.1:none?password=" + SECRET),
                        "Peers=db@127.0.0.1:none?password=*** is not allowed: a port is a whole number from 1 to"
                                + " 65535"),
                new Mistake(
                        Pool.named("same-name").with("Peers", "a@127.0.0.1:1,a@127.0.0.1:2"),
                        "Peers=a is not allowed: two peers have this name; names are unique"),
                new Mistake(
                        Pool.named("same-server").with("Peers", "a@127.0.0.1:1,b@127.0.0.1:1"),
                        "Peers=127.0.0.1:1 is not allowed: the peers a and b have the same endpoint; list each server"
                                + " once"),
                new Mistake(
                        wrong("driver-property-syntax").with("ConnectionProperties", "tcpNoDelay=true;" + SECRET),
                        "ConnectionProperties=(entry 2) is not allowed: name=value;name=value"),
                new Mistake(
                        wrong("out-of-range").with("CheckIntervalSeconds", -5),
                        "CheckIntervalSeconds=-5 is not allowed: a whole number from 1 to 86400 (seconds)"),
                new Mistake(
                        wrong("unknown-word").with("WhenAllDown", "perhaps"),
                        "WhenAllDown=perhaps is not allowed: wait or fail"),
                new Mistake(
                        wrong("unknown-driver").with("Driver", "oracle"),
                        "Driver=oracle is not allowed: mysql, mariadb, postgresql, or the full class name of a"
                                + " javax.sql.XADataSource"),
                new Mistake(
                        good().with("Password", "not-" + SECRET).renamed("wrong-password"),
                        "Access denied for user 'clerk'@'127.0.0.1' (using password: YES)"),
                new Mistake(
                        good().with("DatabaseName", "nowhere").renamed("unknown-database"),
                        "Unknown database 'nowhere'"),
                new Mistake(wrong("nobody-there").with("WhenAllDown", "fail"), NOBODY + " is down"));
    }

    /** The commands succeed; only the second form of ping names its pool in the log. */
    @Test
    void theCommandsOfTheReadmeSucceed() {
        assertThat(log)
                .anyMatch(line -> line.contains("Boot Command deploy returned with result SUCCESS"))
                .anyMatch(line -> line.contains("Connector connection pool good created."))
                .anyMatch(line -> line.contains("Connector resource jdbc/good created."))
                .anyMatch(line -> line.contains("Creation : good - Succeeded."))
                .noneMatch(line -> line.contains("Ping Connection Pool failed for good."));
        assertThat(log.stream()
                        .filter(line ->
                                line.contains("Boot Command ping-connection-pool returned with result SUCCESS")))
                .as("of the pools, one is right")
                .hasSize(1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mistakes")
    void theAnswerToAMistakeNamesPropertyValueAndWhatIsAllowed(Mistake mistake) {
        assertThat(answer(mistake.pool())).contains(mistake.said());
    }

    @Test
    void noSecretIsInTheServersLog() {
        assertThat(log).as("the log is being read").anyMatch(line -> line.contains("PEERAGE-001"));
        assertThat(log).noneMatch(line -> line.contains(SECRET));
    }

    private static String answer(Pool pool) {
        return log.stream()
                .filter(line -> line.contains("Ping Connection Pool failed for " + pool.name() + "."))
                .findFirst()
                .orElseThrow(() -> new AssertionError(
                        "no ping of " + pool.name() + " failed; the log:\n" + String.join("\n", log)));
    }
}
