/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.ApplicationServer;
import io.peerage.local.LocalPeer;
import io.peerage.local.PayaraMicro;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Runs what the README shows, with real peers in the place of its example hosts. */
class ReadmeIT {

    private static final Path ROOT = Path.of("..");

    private static String snippet(String name) throws IOException {
        Matcher found = Pattern.compile(
                        "<!-- snippet: " + name + " -->\\s*```\\w*\\n(.*?)```\\s*<!-- /snippet -->", Pattern.DOTALL)
                .matcher(Files.readString(ROOT.resolve("README.md")));
        assertThat(found.find()).as("snippet %s of the README", name).isTrue();
        return found.group(1);
    }

    @Test
    void theBootCommandsSucceed() throws IOException {
        List<LocalPeer> peers = LocalPeer.startAll(3);
        String commands =
                snippet("boot").replace("rar/target/peerage.rar", Archive.rar().toString());
        for (int i = 0; i < peers.size(); i++) {
            commands = commands.replace(
                    "db" + (i + 1) + ".example\\:3306",
                    "127.0.0.1\\:" + peers.get(i).port());
        }
        assertThat(commands).doesNotContain(".example");
        PayaraMicro micro = PayaraMicro.at(Archive.payaraMicro());
        commands.lines().forEach(micro::postBoot);
        // start() fails with the server's log if one of the commands did
        try (ApplicationServer server = micro.start()) {
            assertThat(server.log())
                    .filteredOn(line -> line.contains("returned with result SUCCESS"))
                    .hasSizeGreaterThanOrEqualTo((int) commands.lines().count());
        } finally {
            peers.forEach(LocalPeer::close);
        }
    }

    @Test
    void theApplicationsLinesStandInTheDemoThatRuns() throws IOException {
        String application = Files.readString(
                ROOT.resolve("examples/demo-app/src/main/java/io/peerage/examples/demo/app/DemoApplication.java"));
        assertThat(application.replaceAll("\\s+", " "))
                .contains(snippet("use").strip().replaceAll("\\s+", " "));
    }

    /** The test command of the README is the one that CI runs. */
    @Test
    void theTestCommandIsTheOneOfCi() throws IOException {
        assertThat(Files.readString(ROOT.resolve("README.md"))).contains("\nmvn verify ");
        assertThat(Files.readString(ROOT.resolve(".ci/run"))).contains("\nmvn -B verify\n");
    }
}
