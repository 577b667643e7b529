/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A MySQL server as it is installed, but small in memory, quick to start and on the loopback only. Immutable. */
final class MySql extends MySqlSpeaker {

    /** A line each, as an init file wants them; root by TCP is for tools of JDBC, which know no Unix socket. */
    private static final String SETUP = """
            CREATE DATABASE %s;
            CREATE USER '%s'@'127.0.0.1' IDENTIFIED BY '%s';
            GRANT ALL PRIVILEGES ON %s.* TO '%s'@'127.0.0.1';
            CREATE USER 'root'@'127.0.0.1' IDENTIFIED BY '';
            GRANT ALL PRIVILEGES ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;
            """.formatted(DATABASE, USER, PASSWORD, DATABASE, USER);

    private static final Duration INSTALL_LIMIT = Duration.ofMinutes(2);

    private static final List<String> STORAGE = List.of(
            "--innodb-buffer-pool-size=16M",
            "--innodb-redo-log-capacity=16M",
            "--innodb-log-buffer-size=1M",
            "--innodb-doublewrite=OFF",
            // as with MariaDB: servers are killed here, never the machine
            "--innodb-flush-method=nosync");

    private final MySqlBinary binary;

    MySql(MySqlBinary binary) {
        this.binary = binary;
    }

    @Override
    DataTemplate template() {
        int key = 31 * install(Path.of("data"), Path.of("sql")).hashCode() + SETUP.hashCode();
        return DataTemplate.prepare("mysql-" + binary.version() + "-" + Integer.toHexString(key), this::install);
    }

    private void install(Path data) {
        Path script = Directories.write(data.resolveSibling("init.sql"), SETUP);
        Command.run(Path.of("/"), INSTALL_LIMIT, install(data, script));
        try {
            // with it all copies would call themselves by the same UUID
            Files.deleteIfExists(data.resolve("auto.cnf"));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot finish " + data, e);
        }
    }

    private List<String> install(Path data, Path script) {
        List<String> command = common(data);
        command.addAll(List.of("--initialize-insecure", "--init-file=" + script, "--skip-log-bin"));
        return command;
    }

    @Override
    List<String> server(Path data, int port) {
        List<String> command = common(data);
        command.addAll(List.of(
                "--port=" + port,
                "--server-id=" + port,
                "--bind-address=127.0.0.1",
                "--socket=" + ServerOptions.SOCKET,
                "--pid-file=server.pid",
                // as with MariaDB: a server that starts deletes the temporary tables of all that share a folder with it
                "--tmpdir=" + data,
                "--mysqlx=OFF",
                "--secure-file-priv=NULL",
                "--skip-name-resolve",
                // 250 MB less; who needs it turns it on
                "--performance-schema=OFF",
                "--innodb-flush-log-at-trx-commit=2",
                "--sync-binlog=0",
                "--max-connections=200",
                "--gtid-mode=ON",
                "--enforce-gtid-consistency=ON"));
        return command;
    }

    private List<String> common(Path data) {
        List<String> command = new ArrayList<>(binary.server());
        command.add("--no-defaults");
        command.addAll(binary.places());
        command.add("--datadir=" + data);
        command.addAll(rootOptions());
        command.addAll(STORAGE);
        return command;
    }

    @Override
    List<String> client(String sql) {
        List<String> command = new ArrayList<>(binary.client());
        command.addAll(List.of(
                "--no-defaults",
                "--protocol=SOCKET",
                "--ssl-mode=DISABLED",
                "--socket=" + ServerOptions.SOCKET,
                "--user=root",
                "--batch",
                "--skip-column-names",
                "--execute=" + sql));
        return command;
    }

    @Override
    public String toString() {
        return "MySQL " + binary.version();
    }
}
