/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.browser;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * A headless Chromium of our own, which ends with the test. It reaches 127.0.0.1 and no other host, whatever its pages
 * ask for. Thread-safe.
 */
public final class Browser implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Pattern PAGE_SOCKET = Pattern.compile("\"webSocketDebuggerUrl\":\\s*\"([^\"]+)\"");

    private final Process process;
    private final String debugging;

    private Browser(Process process, String debugging) {
        this.process = process;
        this.debugging = debugging;
    }

    /**
     * Starts it.
     *
     * @param directory an empty one, for its profile and its temporary files
     * @throws org.opentest4j.TestAbortedException if this machine has none, unless the system property
     *     {@code peerage.ci} is true: then the test fails
     */
    public static Browser startOrSkip(Path directory) throws Exception {
        Optional<Path> program = program();
        if (program.isEmpty()) {
            String reason = "No program chromium on the PATH, so no page was tested in a browser";
            if (Boolean.getBoolean("peerage.ci")) {
                Assertions.fail(reason);
            }
            System.out.println(reason);
            Assumptions.abort(reason);
        }
        return start(program.orElseThrow(), directory);
    }

    private static Optional<Path> program() {
        return Arrays.stream(System.getenv("PATH").split(":", -1))
                .map(directory -> Path.of(directory, "chromium"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static Browser start(Path program, Path directory) throws Exception {
        Path profile = Files.createDirectories(directory.resolve("profile"));
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        program.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                        "--user-data-dir=" + profile,
                        "--remote-debugging-port=0",
                        "about:blank"))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("chromium.log").toFile());
        // It makes temporary files of its own, which a killed browser leaves behind.
        builder.environment().put("TMPDIR", directory.toString());
        Process process = builder.start();
        try {
            // Written by the browser once it listens: the port on the first line.
            Path activePort = profile.resolve("DevToolsActivePort");
            List<String> lines = Awaitility.await("its port")
                    .pollInSameThread()
                    .atMost(START_LIMIT)
                    .until(() -> lines(activePort), found -> found.size() >= 2);
            return new Browser(process, "http://127.0.0.1:" + lines.get(0));
        } catch (Exception e) {
            end(process);
            throw e;
        }
    }

    /** Opens a page in a tab of its own. */
    public Page open(URI page) throws IOException, InterruptedException {
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(debugging + "/json/new?" + page))
                                .PUT(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        Matcher socket = PAGE_SOCKET.matcher(response.body());
        if (!socket.find()) {
            throw new IOException("No page: " + response.body());
        }
        return new Page(DevTools.connect(URI.create(socket.group(1))));
    }

    @Override
    public void close() {
        end(process);
    }

    private static void end(Process process) {
        List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        all.forEach(ProcessHandle::destroyForcibly);
        // Its children write to the profile until they are gone, and then it can be deleted.
        all.forEach(each -> each.onExit().join());
    }

    private static List<String> lines(Path file) throws IOException {
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }
}
