/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * Finds JDKs of this machine: the one that the environment names, as in {@code PEERAGE_JAVA_25_HOME}, or else one that
 * lies beside the one that runs this JVM, where package managers put them all. Thread-safe.
 */
public final class Jdk {

    private final Map<String, String> environment;
    private final Path running;

    /**
     * @param environment the variables of the process
     * @param running the home of the JDK that runs it
     */
    Jdk(Map<String, String> environment, Path running) {
        this.environment = Map.copyOf(environment);
        this.running = running;
    }

    /** Returns the home of the JDK that runs this JVM. */
    public static Path running() {
        return Path.of(System.getProperty("java.home"));
    }

    /**
     * Returns the home of a JDK 25; {@link Facilities#java25()} tells whether there is one.
     *
     * @throws IllegalStateException if this machine has none
     */
    public static Path java25() {
        return ofThisMachine().home(25).orElseThrow(() -> new IllegalStateException(missing(25)));
    }

    /** Says what to do where there is no JDK of this version. */
    static String missing(int feature) {
        return "there is no JDK " + feature + " beside " + running() + ", and " + variable(feature) + " names none";
    }

    static Jdk ofThisMachine() {
        return new Jdk(System.getenv(), running());
    }

    /**
     * Returns the home of a JDK of this version, if there is one.
     *
     * @throws IllegalStateException if the environment names one that is none, or of another version
     */
    Optional<Path> home(int feature) {
        String named = environment.get(variable(feature));
        if (named == null || named.isEmpty()) {
            return neighbours().stream().filter(home -> isOf(feature, home)).findFirst();
        }
        if (!isOf(feature, Path.of(named))) {
            throw new IllegalStateException(
                    variable(feature) + " is '" + named + "', allowed is the home of a JDK " + feature);
        }
        return Optional.of(Path.of(named));
    }

    private static String variable(int feature) {
        return "PEERAGE_JAVA_" + feature + "_HOME";
    }

    private List<Path> neighbours() {
        try (Stream<Path> all = Files.list(running.resolveSibling("."))) {
            return all.map(Path::normalize).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot list what lies beside " + running, e);
        }
    }

    private static boolean isOf(int feature, Path home) {
        Path release = home.resolve("release");
        if (!Files.isRegularFile(release) || !Files.isExecutable(home.resolve("bin/java"))) {
            return false;
        }
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(release)) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + release, e);
        }
        // "25", "25.0.3" or "25-ea", in quotes
        return properties.getProperty("JAVA_VERSION", "").matches("\"" + feature + "\\b.*");
    }
}
