/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container;

import io.peerage.container.load.LoadServlet;
import io.peerage.container.usage.UsageServlet;
import io.peerage.local.ApplicationServer;
import io.peerage.local.LocalCluster;
import io.peerage.local.LocalPeer;
import io.peerage.local.PayaraMicro;
import io.peerage.local.Relay;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.EmptyAsset;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/**
 * Payara Micro with connector pools of 6 to 12 over three real peers, and an application that makes load on them. No
 * pool but those that are about it validates: nothing here rests on what the container does. Thread-safe.
 */
final class LoadedMicro implements AutoCloseable {

    /** The pool straight on the peers with the adapter's defaults, as a deployer gets it. */
    static final String PLAIN = "plain";

    /** The pool straight on the peers, with short times: a peer that hangs or is gone is noticed soon. */
    static final String DIRECT = "direct";

    /** The pool whose peers {@code relay1} to {@code relay3} lie behind {@link #relays()}. */
    static final String RELAYED = "relayed";

    /** As {@link #RELAYED}, with an {@code AcquireTimeoutMillis} of {@link #HASTY_MILLIS}. */
    static final String HASTY = "hasty";

    /** As {@link #RELAYED}, with {@code WhenAllDown=fail}. */
    static final String FAILING = "failing";

    /** The pool straight on the peers whose peers are never checked in between, with a database user of its own. */
    static final String COUNTED = "counted";

    /** As {@link #COUNTED}, of one connection, which a handle that was never closed has to give back. */
    static final String SINGLE = "single";

    /**
     * As {@link #COUNTED}, of one connection at first, which the container validates when it lends it and every two
     * seconds. It has no user: the peers have one each.
     */
    static final String VALIDATED = "validated";

    /** As {@link #VALIDATED}, with six connections, all of which the container throws away when one is lost. */
    static final String FRAGILE = "fragile";

    static final int HASTY_MILLIS = 1_500;
    static final int CHECK_INTERVAL_SECONDS = 2;
    static final int CONNECT_TIMEOUT_MILLIS = 1_000;
    static final int HUNG_AFTER_MILLIS = 1_000;

    private static final String SETUP = """
            CREATE TABLE shop.load_unit (id INT AUTO_INCREMENT PRIMARY KEY, port INT);
            CREATE TABLE shop.note (id INT AUTO_INCREMENT PRIMARY KEY, text VARCHAR(64));
            CREATE USER '%1$s'@'127.0.0.1' IDENTIFIED BY '%1$s';
            GRANT ALL PRIVILEGES ON shop.* TO '%1$s'@'127.0.0.1';
            CREATE USER '%2$s'@'127.0.0.1' IDENTIFIED BY '%2$s';
            GRANT ALL PRIVILEGES ON shop.* TO '%2$s'@'127.0.0.1';
            CREATE USER '%3$s'@'127.0.0.1' IDENTIFIED BY '%3$s';
            GRANT ALL PRIVILEGES ON shop.* TO '%3$s'@'127.0.0.1';
            CREATE USER '%4$s'@'127.0.0.1' IDENTIFIED BY '%4$s';
            GRANT ALL PRIVILEGES ON shop.* TO '%4$s'@'127.0.0.1';
            CREATE USER '%5$s'@'127.0.0.1' IDENTIFIED BY '%5$s';
            GRANT ALL PRIVILEGES ON shop.* TO '%5$s'@'127.0.0.1';
            """.formatted(COUNTED, RELAYED, SINGLE, VALIDATED, FRAGILE);

    private static final String PERSISTENCE = """
            <persistence xmlns="https://jakarta.ee/xml/ns/persistence" version="3.0">
              <persistence-unit name="apart" transaction-type="RESOURCE_LOCAL">
                <non-jta-data-source>jdbc/direct</non-jta-data-source>
                <exclude-unlisted-classes>true</exclude-unlisted-classes>
                <properties>
                  <property name="eclipselink.target-database" value="MySQL"/>
                </properties>
              </persistence-unit>
            </persistence>
            """;

    private final List<LocalPeer> peers;
    private final List<Relay> relays;
    private final ApplicationServer server;

    private LoadedMicro(List<LocalPeer> peers, List<Relay> relays, ApplicationServer server) {
        this.peers = peers;
        this.relays = relays;
        this.server = server;
    }

    static LoadedMicro boot() {
        List<LocalPeer> peers = LocalPeer.startAll(3);
        return boot(peers, () -> peers.forEach(peer -> peer.execute(SETUP)));
    }

    /** Boots on the members of a cluster, which are closed with it. */
    static LoadedMicro boot(LocalCluster cluster) {
        return boot(cluster.peers(), () -> cluster.execute(SETUP));
    }

    private static LoadedMicro boot(List<LocalPeer> peers, Runnable setup) {
        List<Relay> relays = new ArrayList<>();
        try {
            setup.run();
            peers.forEach(peer -> relays.add(Relay.to(peer.port())));
            return new LoadedMicro(peers, List.copyOf(relays), server(peers, relays));
        } catch (RuntimeException e) {
            relays.forEach(Relay::close);
            peers.forEach(LocalPeer::close);
            throw e;
        }
    }

    private static ApplicationServer server(List<LocalPeer> peers, List<Relay> relays) {
        PayaraMicro micro = PayaraMicro.at(Archive.payaraMicro())
                // compiled as well as in production
                .jvmOption("-XX:TieredStopAtLevel=4")
                .postBoot(Archive.deploy());
        for (Pool pool : pools(peers, relays)) {
            pool.with("GroupName", pool.name()).commands().forEach(micro::postBoot);
        }
        try {
            Path directory = Files.createTempDirectory(Path.of(System.getProperty("peerage.work")), "load");
            return micro.deploy(application(directory)).start();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the application", e);
        }
    }

    private static List<Pool> pools(List<LocalPeer> peers, List<Relay> relays) {
        String sizes = "--steadypoolsize=6 --maxpoolsize=12";
        Pool quick = Pool.on(DIRECT, peers)
                .with("CheckIntervalSeconds", CHECK_INTERVAL_SECONDS)
                .with("ConnectTimeoutMillis", CONNECT_TIMEOUT_MILLIS)
                .with("HungAfterMillis", HUNG_AFTER_MILLIS);
        Pool direct = quick.option(sizes);
        Pool relayed = direct.renamed(RELAYED).with("Peers", behind(relays)).as(RELAYED);
        return List.of(
                Pool.on(PLAIN, peers).option(sizes),
                direct,
                relayed,
                relayed.renamed(HASTY).with("AcquireTimeoutMillis", HASTY_MILLIS),
                relayed.renamed(FAILING).with("WhenAllDown", "fail"),
                direct.renamed(COUNTED).as(COUNTED).with("CheckIntervalSeconds", 86_400),
                quick.renamed(SINGLE)
                        .as(SINGLE)
                        .with("CheckIntervalSeconds", 86_400)
                        .option("--steadypoolsize=1 --maxpoolsize=1 --leaktimeout=1 --leakreclaim=true"),
                withoutUser(VALIDATED, peers)
                        .with("RebalancePerSecond", 0)
                        .option("--isconnectvalidatereq=true --steadypoolsize=1 --maxpoolsize=12 --idletimeout=2"),
                withoutUser(FRAGILE, peers)
                        .option(
                                "--isconnectvalidatereq=true --steadypoolsize=6 --maxpoolsize=12 --failconnection=true"));
    }

    /** Returns a pool whose peers have the pool's name as their user and password, each by itself. */
    private static Pool withoutUser(String name, List<LocalPeer> peers) {
        String own = peers.stream()
                .map(peer -> "%s@%s?user=%3$s&password=%3$s".formatted(peer.name(), peer.address(), name))
                .collect(Collectors.joining(","));
        return Pool.named(name)
                .with("Peers", own)
                .with("DatabaseName", LocalPeer.DATABASE)
                .with("CheckIntervalSeconds", 86_400);
    }

    private static String behind(List<Relay> relays) {
        List<String> names = new ArrayList<>();
        for (Relay relay : relays) {
            names.add("relay" + (names.size() + 1) + "@" + relay.address());
        }
        return String.join(",", names);
    }

    private static Path application(Path directory) {
        Path war = directory.resolve("load.war");
        ShrinkWrap.create(WebArchive.class, "load.war")
                .addPackage(LoadServlet.class.getPackage())
                .addPackage(UsageServlet.class.getPackage())
                .addAsResource(new StringAsset(PERSISTENCE), "META-INF/persistence.xml")
                .addAsWebInfResource(EmptyAsset.INSTANCE, "beans.xml")
                .as(ZipExporter.class)
                .exportTo(war.toFile(), true);
        return war;
    }

    List<LocalPeer> peers() {
        return peers;
    }

    /** Returns the relays in front of the peers, in the same order. */
    List<Relay> relays() {
        return relays;
    }

    /** Returns the root of the server's applications. */
    URI uri() {
        return server.uri();
    }

    /** Returns what makes load on a pool. */
    LoadClient load(String pool) {
        return new LoadClient(server.uri(), pool, peers);
    }

    /** Makes everything run again, however the last test left it, and returns when {@code pool} is balanced. */
    void mend(String pool) throws Exception {
        relays.forEach(Relay::pass);
        for (LocalPeer peer : peers) {
            if (peer.isRunning()) {
                peer.thaw();
            } else {
                peer.restart();
            }
        }
        boolean relayed = List.of(RELAYED, HASTY, FAILING).contains(pool);
        load(pool)
                .awaitBalance(
                        relayed
                                ? List.of("relay1", "relay2", "relay3")
                                : peers.stream().map(LocalPeer::name).toList());
    }

    /** Returns what the adapter has logged so far: the changes of state of pools and peers. */
    List<String> changes() {
        return server.log().stream().filter(line -> line.contains("PEERAGE-")).toList();
    }

    /** Returns how many rows all peers hold together. */
    long rows() {
        return peers.stream()
                .mapToLong(peer -> Long.parseLong(peer.execute("SELECT COUNT(*) FROM shop.load_unit")))
                .sum();
    }

    @Override
    public void close() {
        server.close();
        relays.forEach(Relay::close);
        peers.forEach(LocalPeer::close);
    }
}
