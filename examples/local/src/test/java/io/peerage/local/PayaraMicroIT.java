/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
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

class PayaraMicroIT {

    private static final String AWKWARD = "jdbc:a;b=c\\d";

    @TempDir
    private Path directory;

    @Test
    void servesAnApplicationOnLoopbackOnlyAndEndsWithoutATrace() throws IOException, InterruptedException {
        ApplicationServer server = micro().deploy(war("hello.war"))
                .systemProperty("peerage.test", "property")
                .postBoot("create-system-properties started=yes")
                .postBoot("create-custom-resource --restype=java.lang.String"
                        + " --factoryclass=org.glassfish.resources.custom.factory.PrimitivesAndStringFactory"
                        + " --property=value=" + PayaraMicro.escape(AWKWARD) + ":other=x custom/awkward")
                .postBoot("get resources.custom-resource.custom/awkward.property.value")
                .start();
        long pid = server.pid();
        try {
            assertThat(get(server, "hello/index.html")).isEqualTo("hello");
            assertThat(BoundSockets.of(pid))
                    .contains("127.0.0.1:" + server.uri().getPort())
                    .allMatch(BoundSockets::isLoopback);
            assertThat(server.awaitLog(line -> line.contains("awkward.property.value="), Duration.ofSeconds(1)))
                    .endsWith("=" + AWKWARD);
            assertThat(server.log()).noneMatch(line -> line.contains("\u001B["));
        } finally {
            server.close();
        }
        assertThat(ProcessHandle.of(pid)).isEmpty();
        assertThat(((RunningServer) server).hasFiles()).isFalse();
    }

    @Test
    void haltIsACrashThatTheRootDirectorySurvives() throws IOException {
        Path root = directory.resolve("root");
        try (ApplicationServer server = micro().rootDir(root).start()) {
            server.halt();
            assertThat(server.isRunning()).isFalse();
            assertThatThrownBy(() -> server.awaitLog(line -> line.contains("never"), Duration.ofSeconds(30)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("ended with status");
        }
        assertThat(root.resolve("config/domain.xml")).exists();
    }

    @Test
    void failedBootCommandIsReported() {
        assertThatThrownBy(() -> micro().postBoot("ping-connection-pool none").start())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("ping-connection-pool");
    }

    @Test
    void failedDeploymentIsReported() throws IOException {
        Path broken = Files.writeString(directory.resolve("broken.war"), "no archive");
        assertThatThrownBy(() -> micro().deploy(broken).start())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("did not deploy /broken");
    }

    @Test
    void refusesWhatCannotBeExpressed() {
        assertThatThrownBy(() -> PayaraMicro.escape("secret word"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> PayaraMicro.at(directory.resolve("missing.jar")))
                .hasMessageContaining("missing.jar");
    }

    private static PayaraMicro micro() {
        return PayaraMicro.at(Path.of(System.getProperty("peerage.payara.jar")));
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

    private static String get(ApplicationServer server, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(server.uri().resolve(path)).build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
