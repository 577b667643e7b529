/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.examples.servers.quirks.QuirksServlet;
import io.peerage.local.ApplicationServer;
import io.peerage.local.OpenLiberty;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where Open Liberty treats connections in its own way, with pools whose settings are its defaults. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(240)
class OpenLibertyQuirksIT {

    private static final int MOST = 6;

    private static final String CONFIGURATION = """
            <server>
              <featureManager>
                <feature>connectors-2.1</feature>
                <feature>servlet-6.0</feature>
                <feature>jndi-1.0</feature>
              </featureManager>
              <httpEndpoint id="defaultHttpEndpoint" host="127.0.0.1" httpPort="${http.port}" httpsPort="-1"/>
              <resourceAdapter id="peerage" location="%1$s"/>
              <connectionFactory jndiName="jdbc/quirk">
                <connectionManager maxPoolSize="%2$d"/>
                <properties.peerage groupName="quirk" peers="%3$s" databaseName="shop"
                    userName="quirk" password="quirk"/>
              </connectionFactory>
              <connectionFactory jndiName="jdbc/other">
                <properties.peerage groupName="other" peers="%3$s" databaseName="shop"
                    userName="app" password="app"/>
              </connectionFactory>
              <webApplication id="quirks" location="%4$s" contextRoot="/quirks">
                <classloader classProviderRef="peerage"/>
              </webApplication>
            </server>
            """;

    private static final String REFERENCES = """
            <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
              <resource-ref>
                <res-ref-name>jdbc/unshared</res-ref-name>
                <res-type>javax.sql.DataSource</res-type>
                <res-sharing-scope>Unshareable</res-sharing-scope>
                <lookup-name>jdbc/quirk</lookup-name>
              </resource-ref>
            </web-app>
            """;

    private QuirksDatabases databases;
    private ApplicationServer server;
    private QuirksClient client;

    @BeforeAll
    void boot(@TempDir Path directory) throws IOException {
        databases = new QuirksDatabases();
        Path war = TestWar.write(directory.resolve("quirks.war"), QuirksServlet.class, Map.of("web.xml", REFERENCES));
        Path configuration = Files.writeString(
                directory.resolve("server.xml"),
                CONFIGURATION.formatted(Example.servers().resolve("peerage.rar"), MOST, databases.setting(), war));
        server = OpenLiberty.at(Example.servers().resolve("wlp"), configuration)
                .application("quirks")
                .start();
        client = new QuirksClient(server.uri().resolve("quirks/"));
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

    /** It hands the lost connection out again until the request ends. */
    @Test
    void whoTriesAgainWithinTheRequestIsServed() throws Exception {
        for (int round = 0; round < 2 * MOST; round++) {
            Properties facts = client.play("lostAndAgain", "jdbc/quirk");
            assertThat(facts.getProperty("stillDead")).startsWith("SQLState 08");
            String again = facts.getProperty("again0");
            assertThat(again).matches("\\d+/\\d+").isNotEqualTo(facts.getProperty("lost"));
            assertThat(facts).containsEntry("again1", again).containsEntry("again2", again);
            assertThat(facts.getProperty("next")).matches("\\d+/\\d+").isNotEqualTo(facts.getProperty("old"));
            assertThat(facts.getProperty("oldStill")).startsWith("SQLState 08");
        }
        databases.awaitSessions("quirk", 0, MOST);
    }

    /** It does not take part in the transaction by itself: the server takes its connection away at begin(). */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aHandleOpenedBeforeBeginTakesPartInTheTransaction(boolean commit) throws Exception {
        String note = UUID.randomUUID().toString();
        Properties facts = client.play("across", "jdbc/quirk", "note", note, "flag", commit);
        assertThat(facts).containsEntry("autoCommitWithin", "false").containsEntry("autoCommitAfter", "true");
        assertThat(databases.visits(note + "-before")).isEqualTo(1);
        assertThat(databases.visits(note + "-within")).isEqualTo(commit ? 1 : 0);
        assertThat(databases.visits(note + "-after")).isEqualTo(1);
    }

    /** It does not mark the transaction for rollback, and goes on to end and to complete it on the lost connection. */
    @ParameterizedTest
    @CsvSource({"''", "'jdbc/other'"})
    void aTransactionThatLostItsConnectionIsRolledBack(String other) throws Exception {
        String note = UUID.randomUUID().toString();
        Properties facts = other.isEmpty()
                ? client.play("lostInTransaction", "jdbc/quirk", "note", note)
                : client.play("lostInTransaction", "jdbc/quirk", "note", note, "other", other);
        assertThat(facts.getProperty("again")).startsWith("SQLState 08");
        assertThat(facts).containsEntry("outcome", "rolled back");
        assertThat(databases.visits(note)).isZero();
        assertThat(databases.visits(note + "-next")).isEqualTo(1);
        assertThat(databases.inDoubt()).isEmpty();
    }

    /** Its default purgePolicy, EntirePool, throws away every idle connection when one is lost, and those in use later. */
    @Test
    void aPoolThatIsPurgedServesOnAndLeavesNothingBehind() throws Exception {
        Set<String> before = sessions(client.play("held", "java:comp/env/jdbc/unshared"));
        assertThat(before).hasSize(4);
        for (int round = 0; round < 3; round++) {
            Set<String> broken = sessions(client.play("held", "java:comp/env/jdbc/unshared", "flag", true));
            Set<String> after = sessions(client.play("held", "java:comp/env/jdbc/unshared"));
            assertThat(after).as("thrown away").hasSize(4).doesNotContainAnyElementsOf(broken);
        }
        databases.awaitSessions("quirk", 4, 4);
    }

    private static Set<String> sessions(Properties facts) {
        Set<String> sessions = new HashSet<>();
        for (int i = 0; i < 4; i++) {
            sessions.add(facts.getProperty("session" + i));
        }
        return sessions;
    }
}
