/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** A PostgreSQL server whose log has each statement behind its user's name; two-phase commit is on. Immutable. */
final class PostgreSql extends Flavour {

    private static final String ADMINISTRATOR = "postgres";
    private static final Duration INSTALL_LIMIT = Duration.ofMinutes(2);

    /** A statement a line, as the server takes them on its own. */
    private static final String SETUP = """
            CREATE ROLE %s LOGIN PASSWORD '%s'
            CREATE DATABASE %s OWNER %s
            """.formatted(USER, PASSWORD, DATABASE, USER);

    private static final String LOGINS = """
            host all %s 127.0.0.1/32 trust
            host all all 127.0.0.1/32 scram-sha-256
            """.formatted(ADMINISTRATOR);

    private final PostgreSqlBinary binary;

    PostgreSql(PostgreSqlBinary binary) {
        this.binary = binary;
    }

    @Override
    DataTemplate template() {
        String key = Integer.toHexString(31 * SETUP.hashCode() + LOGINS.hashCode());
        return DataTemplate.prepare(binary.home().getFileName() + "-" + key, this::install);
    }

    /** Not where the template is to lie: the server's user cannot look there. */
    private void install(Path template) {
        Path directory = Directories.temporary("initdb");
        try {
            Path data = Files.createDirectory(directory.resolve("data"));
            Path setup = Directories.write(directory.resolve("setup.sql"), SETUP);
            binary.own(directory);
            Command.run(
                    directory,
                    INSTALL_LIMIT,
                    binary.command(
                            "initdb",
                            "--pgdata=" + data,
                            "--username=" + ADMINISTRATOR,
                            "--auth=trust",
                            "--encoding=UTF8",
                            "--locale=C",
                            "--no-sync"));
            Directories.write(data.resolve("pg_hba.conf"), LOGINS);
            String single = String.join(" ", binary.command("postgres", "--single", "-D", data.toString(), "postgres"));
            Command.run(directory, INSTALL_LIMIT, List.of("/bin/sh", "-c", single + " <" + setup));
            Directories.copy(data, template);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make " + template, e);
        } finally {
            Directories.delete(directory);
        }
    }

    @Override
    void own(Path directory) {
        try {
            // it does not start on data that others can look at
            Files.setPosixFilePermissions(directory.resolve("data"), PosixFilePermissions.fromString("rwx------"));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot protect " + directory, e);
        }
        binary.own(directory);
    }

    @Override
    List<String> server(Path data, int port) {
        List<String> command = new ArrayList<>(binary.command("postgres", "-D", data.toString(), "-p", "" + port));
        for (String setting : List.of(
                "listen_addresses=127.0.0.1",
                "unix_socket_directories=",
                "max_prepared_transactions=50",
                // for those who count: pg_stat_statements counts a prepared BEGIN once only
                "log_statement=all",
                "log_line_prefix=%u ",
                "shared_buffers=16MB",
                // servers are killed here, never the machine
                "fsync=off")) {
            command.add("-c");
            command.add(setting);
        }
        return command;
    }

    @Override
    void beforeStart(Path data) {
        // it leaves nothing behind that it does not know itself
    }

    @Override
    boolean isReady(Path data, int port) {
        try {
            // both are children of the same server only if they tell of the same data
            return run(port, "SHOW data_directory").equals(data.toString());
        } catch (SQLException notYet) {
            return false;
        }
    }

    @Override
    String execute(Path data, int port, String sql) {
        try {
            return run(port, sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private static String run(int port, String sql) throws SQLException {
        String url = "jdbc:postgresql://127.0.0.1:" + port + "/" + DATABASE
                + "?connectTimeout=10&socketTimeout=30&user=" + ADMINISTRATOR;
        StringJoiner rows = new StringJoiner("\n");
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            boolean hasRows = statement.execute(sql);
            while (hasRows || statement.getUpdateCount() >= 0) {
                if (hasRows) {
                    read(statement.getResultSet(), rows);
                }
                hasRows = statement.getMoreResults();
            }
        }
        return rows.toString();
    }

    private static void read(ResultSet result, StringJoiner rows) throws SQLException {
        int columns = result.getMetaData().getColumnCount();
        while (result.next()) {
            StringJoiner row = new StringJoiner("\t");
            for (int i = 1; i <= columns; i++) {
                row.add(String.valueOf(result.getString(i)));
            }
            rows.add(row.toString());
        }
    }

    /** SIGTERM would wait for all clients to go. */
    @Override
    String stopSignal() {
        return "INT";
    }

    @Override
    public String toString() {
        return "PostgreSQL";
    }
}
