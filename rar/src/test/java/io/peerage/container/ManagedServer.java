/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container;

import io.peerage.local.LocalPeer;
import io.peerage.local.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The databases, pools and boot files of the one Payara Micro that Arquillian starts: the pool {@code shop} on two
 * peers, {@code users} on a third, and {@code single} on that too, with one connection that everybody gets.
 * Thread-safe.
 */
final class ManagedServer implements AutoCloseable {

    /** A second account, and its password. */
    static final String GUEST = "guest";

    private static final String SETUP = """
            CREATE TABLE shop.visit (id BIGINT AUTO_INCREMENT PRIMARY KEY, note VARCHAR(64) NOT NULL);
            CREATE DATABASE other;
            GRANT ALL PRIVILEGES ON other.* TO '%s'@'127.0.0.1';
            CREATE USER '%s'@'127.0.0.1' IDENTIFIED BY '%s';
            GRANT ALL PRIVILEGES ON shop.* TO '%s'@'127.0.0.1';
            """.formatted(LocalPeer.USER, GUEST, GUEST, GUEST);

    private final List<LocalPeer> peers = LocalPeer.startAll(3);
    private final Map<String, String> settings;

    private ManagedServer() {
        peers.forEach(peer -> peer.execute(SETUP));
        try {
            settings = configure();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the boot files", e);
        }
    }

    /** Made on first use: Arquillian creates its container before any test is there to own it. */
    private static final class Holder {
        static final ManagedServer SHARED = new ManagedServer();
    }

    static ManagedServer shared() {
        return Holder.SHARED;
    }

    /** Returns the properties of Arquillian's container that depend on ports and files. */
    Map<String, String> settings() {
        return settings;
    }

    List<LocalPeer> peers() {
        return peers;
    }

    /** Returns the sum over all peers of a number of {@code SHOW GLOBAL STATUS}. */
    long status(String variable) {
        return peers.stream().mapToLong(peer -> peer.status(variable)).sum();
    }

    /** Returns on how many rows of all peers {@code note} stands. */
    long visits(String note) {
        String count = "SELECT COUNT(*) FROM shop.visit WHERE note = '" + note + "'";
        return peers.stream()
                .mapToLong(peer -> Long.parseLong(peer.execute(count)))
                .sum();
    }

    @Override
    public void close() {
        peers.forEach(LocalPeer::close);
    }

    private Map<String, String> configure() throws IOException {
        Path directory = Files.createTempDirectory(Path.of(System.getProperty("peerage.work")), "managed");
        Path temporary = Files.createDirectory(directory.resolve("tmp"));
        Path root = Files.createDirectory(directory.resolve("root"));
        Path preBoot = Files.write(
                directory.resolve("pre-boot.asadmin"),
                List.of(
                        "set configs.config.server-config.hazelcast-config-specific-configuration.enabled=false",
                        "set configs.config.server-config.network-config.network-listeners.network-listener"
                                + ".http-listener.address=127.0.0.1"));
        List<String> commands = new ArrayList<>(List.of(Archive.deploy()));
        commands.addAll(Pool.on("shop", peers.subList(0, 2)).commands());
        commands.addAll(Pool.on("users", peers.subList(2, 3)).commands());
        commands.addAll(Pool.on("single", peers.subList(2, 3))
                .with("GroupName", "single")
                .option("--steadypoolsize=1")
                .option("--maxpoolsize=1")
                .commands());
        Path postBoot = Files.write(directory.resolve("post-boot.asadmin"), commands);
        String options = String.join(
                " ",
                "--disablephonehome",
                "--port " + Ports.free(),
                "--rootdir " + root,
                "--prebootcommandfile " + preBoot,
                "--postbootcommandfile " + postBoot,
                "--logtofile " + directory.resolve("server.log"));
        return Map.of(
                "microJar",
                Archive.payaraMicro().toString(),
                "cmdOptions",
                "-Xmx512m -Djava.io.tmpdir=" + temporary,
                "extraMicroOptions",
                options);
    }
}
