/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.examples.servers.quirks.QuirksServlet;
import io.peerage.local.ApplicationServer;
import io.peerage.local.Patience;
import io.peerage.local.WildFly;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Where WildFly treats an adapter in its own way: it looks into the archive before it takes it, and gives each {@code
 * connection-factory} of an application an adapter of its own.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(240)
class WildFlyQuirksIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String POOL = "java:/jdbc/quirk";
    private static final String ONE = "java:global/jdbc/one";
    private static final String TWO = "java:global/jdbc/two";

    /** A warning of the validation is as good as an error here. */
    private static final String SCRIPT = """
            /subsystem=jca/archive-validation=archive-validation:write-attribute(name=fail-on-error, value=true)
            /subsystem=jca/archive-validation=archive-validation:write-attribute(name=fail-on-warn, value=true)
            reload
            batch
            /subsystem=resource-adapters/resource-adapter=peerage:add(archive=peerage.rar, transaction-support=XATransaction)
            /subsystem=resource-adapters/resource-adapter=peerage/connection-definitions=quirk:add(class-name=io.peerage.PeerManagedConnectionFactory, jndi-name=%1$s)
            /subsystem=resource-adapters/resource-adapter=peerage/connection-definitions=quirk/config-properties=GroupName:add(value=quirk)
            /subsystem=resource-adapters/resource-adapter=peerage/connection-definitions=quirk/config-properties=Peers:add(value="%2$s")
            /subsystem=resource-adapters/resource-adapter=peerage/connection-definitions=quirk/config-properties=DatabaseName:add(value=shop)
            /subsystem=resource-adapters/resource-adapter=peerage/connection-definitions=quirk/config-properties=UserName:add(value=app)
            /subsystem=resource-adapters/resource-adapter=peerage/connection-definitions=quirk/config-properties=Password:add(value=app)
            run-batch
            deploy %3$s
            deploy %4$s
            """;

    private static final String DEFINITION = """
            <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
              <connection-factory>
                <name>%1$s</name>
                <interface-name>javax.sql.DataSource</interface-name>
                <resource-adapter>peerage</resource-adapter>
                <max-pool-size>4</max-pool-size>
                <min-pool-size>0</min-pool-size>
                <transaction-support>XATransaction</transaction-support>
                <property><name>GroupName</name><value>%2$s</value></property>
                <property><name>Peers</name><value>%3$s</value></property>
                <property><name>DatabaseName</name><value>shop</value></property>
                <property><name>UserName</name><value>%4$s</value></property>
                <property><name>Password</name><value>%4$s</value></property>
                <property><name>CheckIntervalSeconds</name><value>1</value></property>
              </connection-factory>
            </web-app>
            """;

    /** An application that defines a pool sees the adapter's classes only so. */
    private static final String STRUCTURE = """
            <jboss-deployment-structure>
              <deployment>
                <dependencies>
                  <module name="deployment.peerage.rar"/>
                </dependencies>
              </deployment>
            </jboss-deployment-structure>
            """;

    private Path base;
    private Path two;
    private QuirksDatabases databases;
    private ApplicationServer server;
    private QuirksClient client;

    @BeforeAll
    void boot(@TempDir Path directory) throws IOException {
        databases = new QuirksDatabases();
        base = directory.resolve("standalone");
        Path one = application(directory.resolve("one.war"), ONE, "one", "app");
        two = application(directory.resolve("two.war"), TWO, "two", "quirk");
        Path script = Files.writeString(
                directory.resolve("quirks.cli"), SCRIPT.formatted(POOL, databases.setting(), rar(), one));
        server = WildFly.at(Example.servers().resolve("wildfly-" + System.getProperty("peerage.version.wildfly")))
                .base(base)
                .script(script)
                .start();
        client = new QuirksClient(server.uri().resolve("one/"));
    }

    private Path application(Path war, String name, String group, String user) {
        return TestWar.write(
                war,
                QuirksServlet.class,
                Map.of(
                        "web.xml",
                        DEFINITION.formatted(name, group, databases.setting(), user),
                        "jboss-deployment-structure.xml",
                        STRUCTURE));
    }

    private static Path rar() {
        return Example.servers().resolve("peerage.rar");
    }

    @AfterAll
    void stop() {
        if (server != null) {
            server.close();
        }
        if (databases != null) {
            databases.close();
        }
    }

    /** The script deployed the archive, and a finding would have been written where those of the broken one are. */
    @Test
    void theArchiveIsDeployedWithoutAFinding() throws Exception {
        Path broken = Files.copy(rar(), base.resolve("broken.rar"));
        try (FileSystem inside = FileSystems.newFileSystem(broken)) {
            Path descriptor = inside.getPath("META-INF", "ra.xml");
            String text =
                    Files.readString(descriptor).replace("io.peerage.PeerManagedConnectionFactory", "java.lang.String");
            Files.writeString(descriptor, text);
        }
        deploy(broken, "failed");

        assertThat(Files.readString(report("broken.rar"))).contains("java.lang.String");
        assertThat(report("peerage.rar")).doesNotExist();
    }

    private Path report(String archive) {
        return base.resolve("log").resolve(archive + ".log");
    }

    /**
     * Two definitions over the same peers, beside the pool of the subsystem: each learns of its peers by itself, they
     * work together in one transaction, and with one of them its own threads and connections end and no others.
     */
    @Test
    void eachDefinitionHasAnAdapterOfItsOwn() throws Exception {
        String note = note();
        client.play("work", POOL, "note", note);
        client.play("work", ONE, "note", note);
        int before = clocks();
        deploy(two, "deployed");
        client.play("work", TWO, "note", note);
        assertThat(databases.visits(note)).isEqualTo(3);
        assertThat(clocks()).as("adapters at work").isEqualTo(before + 1);

        databases.peer(0).kill();
        for (String group : new String[] {"one", "two"}) {
            server.awaitLog(line -> line.contains("PEERAGE-010 " + group + ": peer peer1 is down"), LIMIT);
        }
        for (int i = 0; i < 10; i++) {
            client.play("work", ONE, "note", note());
            client.play("work", TWO, "note", note());
        }
        databases.peer(0).restart();
        for (String group : new String[] {"one", "two"}) {
            server.awaitLog(line -> line.contains("PEERAGE-011 " + group + ": peer peer1 is up"), LIMIT);
        }
        assertCommitsAndRollsBackTogether(ONE, TWO);
        assertCommitsAndRollsBackTogether(TWO, POOL);

        undeploy(two);
        Patience.await("the adapter's end", LIMIT, () -> clocks() == before, this::clocksNow);
        databases.awaitSessions("quirk", 0, 0);
        databases.peer(1).kill();
        server.awaitLog(line -> line.contains("PEERAGE-010 one: peer peer2 is down"), LIMIT);
        client.play("work", ONE, "note", note());
        client.play("work", POOL, "note", note());
        databases.peer(1).restart();
        server.awaitLog(line -> line.contains("PEERAGE-011 one: peer peer2 is up"), LIMIT);
        assertThat(server.log()).noneMatch(line -> line.contains("PEERAGE-010 two: peer peer2 is down"));
    }

    private void assertCommitsAndRollsBackTogether(String pool, String other) throws Exception {
        String kept = note();
        client.play("both", pool, "other", other, "note", kept, "flag", true);
        String undone = note();
        client.play("both", pool, "other", other, "note", undone, "flag", false);
        assertThat(databases.visits(kept)).as("committed").isEqualTo(2);
        assertThat(databases.visits(undone)).as("rolled back").isZero();
        assertThat(databases.inDoubt()).isEmpty();
    }

    /** It ends the branch and destroys the connection from inside the error event, and rolls back afterwards. */
    @ParameterizedTest
    @ValueSource(strings = {"", ONE})
    void aTransactionThatLostItsConnectionIsRolledBack(String other) throws Exception {
        String note = note();
        Properties facts = other.isEmpty()
                ? client.play("lostInTransaction", POOL, "note", note)
                : client.play("lostInTransaction", POOL, "note", note, "other", other);
        assertThat(facts.getProperty("again")).startsWith("SQLState");
        assertThat(facts).containsEntry("outcome", "rolled back");
        assertThat(databases.visits(note)).isZero();
        assertThat(databases.visits(note + "-next")).isEqualTo(1);
        assertThat(databases.inDoubt()).isEmpty();
    }

    private int clocks() throws Exception {
        return Integer.parseInt(client.play("threads", POOL).getProperty("clocks"));
    }

    private Object clocksNow() {
        try {
            return clocks();
        } catch (Exception e) {
            return e;
        }
    }

    /** Drops an archive into the server's directory, and returns when that has come of it which {@code marker} says. */
    private void deploy(Path archive, String marker) throws Exception {
        Path name = archive.getFileName();
        Path deployed = Files.copy(archive, base.resolve("deployments").resolve(name));
        Files.createFile(deployed.resolveSibling(name + ".dodeploy"));
        awaitFile(deployed.resolveSibling(name + "." + marker));
    }

    private void undeploy(Path archive) throws Exception {
        Path deployments = base.resolve("deployments");
        Files.delete(deployments.resolve(archive.getFileName() + ".deployed"));
        awaitFile(deployments.resolve(archive.getFileName() + ".undeployed"));
    }

    private static void awaitFile(Path file) throws Exception {
        Patience.await(file.toString(), LIMIT, () -> Files.exists(file), () -> "there is none");
    }

    private static String note() {
        return UUID.randomUUID().toString();
    }
}
