/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The MariaDB server that a Maven artifact carries. Immutable. */
final class MariaDb extends MySqlSpeaker {

    private static final String SETUP = """
            FLUSH PRIVILEGES;
            CREATE DATABASE %s;
            CREATE USER '%s'@'127.0.0.1' IDENTIFIED BY '%s';
            GRANT ALL PRIVILEGES ON %s.* TO '%s'@'127.0.0.1';
            """.formatted(DATABASE, USER, PASSWORD, DATABASE, USER);
    private static final Duration INSTALL_LIMIT = Duration.ofMinutes(2);

    private final ServerBinary binary = ServerBinary.unpack();
    private final List<String> extraOptions;
    private final List<String> prefix;

    /** @param extraOptions options of the server that win over ours */
    MariaDb(List<String> extraOptions) {
        this(extraOptions, List.of());
    }

    /** @param prefix what runs the server program, in its own process */
    MariaDb(List<String> extraOptions, List<String> prefix) {
        this.extraOptions = List.copyOf(extraOptions);
        this.prefix = List.copyOf(prefix);
    }

    @Override
    DataTemplate template() {
        // Another template for other options or statements, so that a new version never runs on old data.
        List<String> recipe = ServerOptions.install(binary, Path.of("data"), Path.of("sql"));
        int key = 31 * recipe.hashCode() + SETUP.hashCode();
        return DataTemplate.prepare("data-" + binary.version() + "-" + Integer.toHexString(key), this::install);
    }

    private void install(Path data) {
        Path script = Directories.write(data.resolveSibling("extra.sql"), SETUP);
        List<String> command = new ArrayList<>();
        command.add(binary.installer().toString());
        command.addAll(ServerOptions.install(binary, data, script));
        Command.run(Path.of("/"), INSTALL_LIMIT, command);
    }

    @Override
    List<String> server(Path data, int port) {
        List<String> command = new ArrayList<>(prefix);
        command.add(binary.server().toString());
        command.addAll(ServerOptions.server(binary, data, port));
        command.addAll(extraOptions);
        return command;
    }

    @Override
    List<String> client(String sql) {
        return List.of(
                binary.client().toString(),
                "--no-defaults",
                "--protocol=SOCKET",
                "--skip-ssl",
                "--socket=" + ServerOptions.SOCKET,
                "--user=root",
                "--batch",
                "--skip-column-names",
                "--execute=" + sql);
    }

    @Override
    public String toString() {
        return "MariaDB " + binary.version();
    }
}
