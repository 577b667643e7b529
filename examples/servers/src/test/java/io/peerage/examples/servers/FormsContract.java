/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.local.ApplicationServer;
import io.peerage.local.Patience;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The forms in which the adapter gets into a server: each is deployed, used and taken back, and must leave nothing
 * behind; one that a server does not take must fail the way that is known. A display name is a row of the matrix in
 * {@code docs/servers.md}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(240)
abstract class FormsContract {

    private static final int CLIENTS = 6;
    private static final int REQUESTS = 120;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @RegisterExtension
    final Outcomes outcomes;

    private final Example example;
    private final Function<Deployment, FormsServer> start;
    private Databases databases;
    private FormsServer forms;
    private int threadsKept;

    /** @param start starts the server of this example, with nothing deployed */
    FormsContract(Example example, Function<Deployment, FormsServer> start) {
        this.example = example;
        this.start = start;
        this.outcomes = new Outcomes(example);
    }

    @BeforeAll
    void boot(@TempDir Path directory) {
        databases = new Databases();
        forms = start.apply(new Deployment(directory.resolve("server"), Example.servers(), databases.ports()));
    }

    @AfterAll
    void stop() {
        if (forms != null) {
            forms.close();
        }
        if (databases != null) {
            databases.close();
        }
    }

    /** First, for WildFly has this in its configuration file from the start. */
    @Test
    @Order(1)
    @DisplayName("Archive alone, pool in the server's configuration file")
    void configuration() throws Exception {
        assertForm(Form.CONFIGURATION);
    }

    @Test
    @Order(2)
    @DisplayName("Archive alone, pool made by the server's commands")
    void commands() throws Exception {
        assertForm(Form.COMMANDS);
    }

    @Test
    @Order(3)
    @DisplayName("Archive alone, pool defined in a WAR: `@ConnectionFactoryDefinition`")
    void definition() throws Exception {
        assertForm(Form.DEFINITION);
    }

    @Test
    @Order(4)
    @DisplayName("Archive in an EAR, pool made by the server")
    void ear() throws Exception {
        assertForm(Form.EAR);
    }

    @Test
    @Order(5)
    @DisplayName("Archive in an EAR, pool defined in it: `@ConnectionFactoryDefinition`")
    void earDefinition() throws Exception {
        assertForm(Form.EAR_DEFINITION);
    }

    private void assertForm(Form form) throws Exception {
        Optional<String> refusal = forms.refusal(form);
        if (refusal.isPresent()) {
            outcomes.doesNotWork();
            assertThatThrownBy(() -> forms.deploy(form))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(refusal.get());
            return;
        }
        long began = System.nanoTime();
        ApplicationServer server = forms.deploy(form);
        try {
            ShopClient application = new ShopClient(server.uri(), form.application());
            assertEveryPeerAnswers(application);
            assertCommitsAndRollsBack(application);
            assertThat(AdapterThreads.of(server.pid())).isNotEmpty();
        } finally {
            forms.undeploy(form);
            threadsKept += forms.threadsKept(form);
        }
        assertNothingIsLeft(server);
        System.out.println(example.title() + ": " + form + " deployed, used and taken back in "
                + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began) + " s");
    }

    private void assertEveryPeerAnswers(ShopClient application) throws Exception {
        // Some pools grow only with the requests at work at the same time.
        Patience.await(
                "an answer of each of " + databases.shop(),
                LIMIT,
                () -> shares(application).values().stream().allMatch(share -> share > 0),
                () -> databases.connections() + " connections");
    }

    private Map<String, Double> shares(ShopClient application) throws Exception {
        return Shares.measure(application, "query", REQUESTS, CLIENTS, databases.shop());
    }

    private void assertCommitsAndRollsBack(ShopClient application) throws Exception {
        String kept = UUID.randomUUID().toString();
        application.get("visit?how=user&commit=true&note=" + kept);
        assertThat(databases.visits(kept)).as("committed").isEqualTo(1);
        String undone = UUID.randomUUID().toString();
        application.get("visit?how=user&commit=false&note=" + undone);
        assertThat(databases.visits(undone)).as("rolled back").isZero();
    }

    private void assertNothingIsLeft(ApplicationServer server) throws Exception {
        Patience.await("the last connection to go", LIMIT, () -> databases.connections() == 0, databases::connections);
        List<String> kept = Collections.nCopies(threadsKept, AdapterThreads.OF_THE_DRIVER);
        Patience.await(
                "the last thread to end but " + kept,
                LIMIT,
                () -> AdapterThreads.of(server.pid()).equals(kept),
                () -> AdapterThreads.of(server.pid()));
        assertThat(databases.inDoubt()).isEmpty();
    }
}
