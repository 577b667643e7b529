/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MySqlBinaryTest {

    private static final String MYSQL = "mysqld  Ver 9.7.4 for Linux on x86_64 (MySQL Community Server - GPL)";

    @TempDir
    private Path directory;

    /** Makes a program that says its version and no more. */
    private Path server(String path, String version) throws Exception {
        Path program = directory.resolve(path);
        Files.createDirectories(program.getParent());
        Files.writeString(program, "#!/bin/sh\necho '" + version + "'\n");
        return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private MySqlBinary find(Map<String, String> environment, @Nullable Path onPath) {
        return MySqlBinary.find(environment, name -> Optional.ofNullable(onPath), directory.resolve("user"));
    }

    @Test
    void theFolderThatIsNamedComesFirst() throws Exception {
        server("named/bin/mysqld", MYSQL);
        Path other = server("other/bin/mysqld", MYSQL);
        Path home = directory.resolve("named");
        assertThat(find(Map.of(MySqlBinary.HOME, home.toString()), other))
                .isEqualTo(new MySqlBinary(List.of(home + "/bin/mysqld"), List.of(home + "/bin/mysql"), home, "9.7.4"));
    }

    @Test
    void aNamedFolderWithoutAServerIsAMistakeAndNotPassedOver() throws Exception {
        Path other = server("other/bin/mysqld", MYSQL);
        assertThatThrownBy(() -> find(Map.of(MySqlBinary.HOME, "/nowhere"), other))
                .hasMessage("PEERAGE_MYSQL_HOME names /nowhere, where no MySQL server is");
    }

    @Test
    void mariaDbUnderTheSameNameIsNotTaken() throws Exception {
        Path other = server("other/sbin/mysqld", "mysqld  Ver 10.11.19-MariaDB for debian-linux-gnu on x86_64");
        assertThatThrownBy(() -> find(Map.of(), other)).hasMessageStartingWith("there is no MySQL server");
    }

    @Test
    void whatWasFetchedRunsWithTheLoaderBesideIt() throws Exception {
        Path usr = directory.resolve("user/.cache/peerage/mysql/usr");
        server("user/.cache/peerage/mysql/usr/sbin/mysqld", MYSQL);
        Path libraries = usr.resolve("lib/x86_64-linux-gnu");
        Path loader = server(directory.relativize(libraries) + "/ld-linux-x86-64.so.2", MYSQL);
        List<String> prefix = List.of(loader.toString(), "--library-path", libraries.toString());
        assertThat(find(Map.of(), null)).satisfies(found -> {
            assertThat(found.server()).startsWith(prefix.toArray(String[]::new)).endsWith(usr + "/sbin/mysqld");
            assertThat(found.client()).startsWith(prefix.toArray(String[]::new)).endsWith(usr + "/bin/mysql");
        });
    }
}
