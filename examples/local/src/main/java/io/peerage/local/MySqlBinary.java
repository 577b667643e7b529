/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The MySQL programs of this machine: those in the folder that {@code PEERAGE_MYSQL_HOME} names, or on the PATH, or
 * where {@code .ci/fetch-mysql} puts them. The folder is either an installation's, with {@code bin/mysqld}, or has
 * Debian's packages unpacked in it, which run with the loader and the libraries that came with them. Immutable.
 *
 * @param server the command that runs the server program
 * @param client the command that runs the command-line client
 * @param base the folder that has {@code share} and {@code lib}
 */
record MySqlBinary(List<String> server, List<String> client, Path base, String version) {

    static final String HOME = "PEERAGE_MYSQL_HOME";

    private static final Pattern VERSION = Pattern.compile("Ver (\\d+\\.\\d+\\.\\d+)");
    private static final Duration VERSION_LIMIT = Duration.ofSeconds(30);
    private static final List<String> PLACES = List.of("usr/sbin", "sbin", "bin", "libexec");
    private static final String LIBRARIES = "lib/x86_64-linux-gnu";

    /** @throws IllegalStateException that says where was looked, if there is none */
    static MySqlBinary find() {
        return find(System.getenv(), Programs::find, Path.of(System.getProperty("user.home")));
    }

    /** Returns why there is none. */
    static Optional<String> obstacle() {
        try {
            find();
            return Optional.empty();
        } catch (IllegalStateException none) {
            return Optional.ofNullable(none.getMessage());
        }
    }

    static MySqlBinary find(Map<String, String> environment, Function<String, Optional<Path>> programs, Path userHome) {
        String named = environment.get(HOME);
        if (named != null && !named.isBlank()) {
            // a wrong name is a mistake, and not a reason to take another server
            return in(Path.of(named))
                    .orElseThrow(
                            () -> new IllegalStateException(HOME + " names " + named + ", where no MySQL server is"));
        }
        String caches = environment.get("XDG_CACHE_HOME");
        Path cache = caches == null || caches.isBlank() ? userHome.resolve(".cache") : Path.of(caches);
        return programs.apply("mysqld")
                .flatMap(MySqlBinary::onPath)
                .or(() -> in(cache.resolve("peerage/mysql")))
                .orElseThrow(() -> new IllegalStateException("there is no MySQL server: " + HOME
                        + " names none, the PATH has none, and .ci/fetch-mysql has not run"));
    }

    private static Optional<MySqlBinary> in(Path home) {
        return PLACES.stream()
                .map(place -> home.resolve(place).resolve("mysqld"))
                .filter(Files::isExecutable)
                .findFirst()
                .flatMap(MySqlBinary::of);
    }

    private static Optional<MySqlBinary> onPath(Path program) {
        try {
            return of(program.toRealPath());
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** Returns nothing for MariaDB, whose server some distributions install under this name as well. */
    private static Optional<MySqlBinary> of(Path program) {
        Path base = program.toAbsolutePath().resolve("../..").normalize();
        List<String> prefix = prefix(base);
        List<String> server = join(prefix, program);
        String said = Command.run(Path.of("/"), VERSION_LIMIT, join(server, "--no-defaults", "--version"));
        Matcher version = VERSION.matcher(said);
        return said.contains("MariaDB") || !version.find()
                ? Optional.empty()
                : Optional.of(new MySqlBinary(server, join(prefix, base.resolve("bin/mysql")), base, version.group(1)));
    }

    /** Unpacked packages may need a newer C library than the system's, which only its own loader can load. */
    private static List<String> prefix(Path base) {
        Path libraries = base.resolve(LIBRARIES);
        Path loader = libraries.resolve("ld-linux-x86-64.so.2");
        return base.equals(Path.of("/usr")) || !Files.isExecutable(loader)
                ? List.of()
                : List.of(loader.toString(), "--library-path", libraries.toString());
    }

    /** Returns the options that say where the server's files lie, which it takes from the path it was built for. */
    List<String> places() {
        Path share = Files.isDirectory(base.resolve("share/mysql/english"))
                ? base.resolve("share/mysql")
                : base.resolve("share");
        Path plugins = Files.isDirectory(base.resolve("lib/mysql/plugin"))
                ? base.resolve("lib/mysql/plugin")
                : base.resolve("lib/plugin");
        return List.of(
                "--basedir=" + base,
                "--lc-messages-dir=" + share,
                "--character-sets-dir=" + share.resolve("charsets"),
                "--plugin-dir=" + plugins);
    }

    private static List<String> join(List<String> command, Object... more) {
        return Stream.concat(command.stream(), Stream.of(more).map(Object::toString))
                .toList();
    }
}
