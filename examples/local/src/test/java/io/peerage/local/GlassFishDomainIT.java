/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GlassFishDomainIT {

    private static final String AWKWARD = "jdbc:a;b=c\\d e";

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"payara6", "glassfish7"})
    void servesOnLoopbackOnlySurvivesACrashAndEndsWithoutATrace(String distribution) throws Exception {
        GlassFishDomain.Builder builder = GlassFishDomain.at(home(distribution)).domain(directory.resolve("domain1"));
        URI before;
        try (GlassFishDomain server = builder.start()) {
            before = server.uri();
            server.asadmin("deploy", war("hello.war").toString());
            server.asadmin(
                    "create-custom-resource",
                    "--restype=java.lang.String",
                    "--factoryclass=org.glassfish.resources.custom.factory.PrimitivesAndStringFactory",
                    "--property=value=" + GlassFishDomain.escape(AWKWARD) + ":other=x",
                    "custom/awkward");
            assertThat(server.asadmin("get", "resources.custom-resource.custom/awkward.property.value"))
                    .contains("=" + AWKWARD + "\n");
            assertThat(get(server.uri().resolve("hello/index.html"))).isEqualTo("hello");
            assertThat(BoundSockets.of(server.pid()))
                    .contains("127.0.0.1:" + server.uri().getPort())
                    .contains("127.0.0.1:" + server.adminUri().getPort())
                    .allMatch(BoundSockets::isLoopback);
            assertThatThrownBy(() -> server.asadmin("ping-connection-pool", "none"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("none");
            server.halt();
            assertThat(server.isRunning()).isFalse();
            assertThatThrownBy(() -> server.awaitLog(line -> line.contains("never"), Duration.ofSeconds(30)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("ended with status");
        }
        GlassFishDomain again = builder.start();
        try (again) {
            assertThat(again.uri()).isEqualTo(before);
            assertThat(get(again.uri().resolve("hello/index.html"))).isEqualTo("hello");
        }
        assertThat(ProcessHandle.of(again.pid())).isEmpty();
        assertThat(again.hasFiles()).isFalse();
        assertThat(directory.resolve("domain1/config/domain.xml")).exists();
    }

    @Test
    void refusesWhatIsNoDistribution() {
        assertThatThrownBy(() -> GlassFishDomain.at(directory)).hasMessageContaining(directory.toString());
    }

    private static Path home(String distribution) {
        return Path.of(System.getProperty("peerage.servers"), distribution);
    }

    private Path war(String name) throws IOException {
        Path war = directory.resolve(name);
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(war))) {
            out.putNextEntry(new ZipEntry("index.html"));
            out.write("hello".getBytes(StandardCharsets.UTF_8));
            out.closeEntry();
        }
        return war;
    }

    private static String get(URI page) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
