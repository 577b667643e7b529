/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JdkTest {

    @TempDir
    private Path machine;

    private Path running;

    @BeforeEach
    void install() throws IOException {
        running = jdk("jvm/seventeen", "17.0.15");
    }

    @Test
    void isTheOneOfItsVersionBesideTheRunningOne() throws IOException {
        jdk("jvm/five", "2.5");
        Files.createDirectories(machine.resolve("jvm/empty"));
        Path found = jdk("jvm/twenty-five", "25.0.3");

        assertThat(jdk(Map.of()).home(25)).hasValue(found);
        assertThat(jdk(Map.of()).home(17)).hasValue(running);
        assertThat(jdk(Map.of()).home(2)).hasValue(machine.resolve("jvm/five"));
    }

    @Test
    void isNoneWhereNoneOfItsVersionIsWhole() throws IOException {
        jdk("jvm/other", "250");
        Files.delete(jdk("jvm/broken", "25").resolve("bin/java"));

        assertThat(jdk(Map.of()).home(25)).isEmpty();
        assertThat(jdk(Map.of("PEERAGE_JAVA_25_HOME", "")).home(25)).isEmpty();
    }

    @Test
    void isTheOneThatTheEnvironmentNames() throws IOException {
        jdk("jvm/twenty-five", "25");
        Path named = jdk("elsewhere", "25.0.1");

        assertThat(jdk(Map.of("PEERAGE_JAVA_25_HOME", named.toString())).home(25))
                .hasValue(named);
    }

    @Test
    void isNotGuessedWhereTheEnvironmentNamesAnother() throws IOException {
        jdk("jvm/twenty-five", "25");
        Jdk jdk = jdk(Map.of("PEERAGE_JAVA_25_HOME", running.toString()));

        assertThatThrownBy(() -> jdk.home(25)).hasMessageContaining("PEERAGE_JAVA_25_HOME is '" + running + "'");
    }

    private Jdk jdk(Map<String, String> environment) {
        return new Jdk(environment, running);
    }

    private Path jdk(String directory, String version) throws IOException {
        Path home = Files.createDirectories(machine.resolve(directory));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"someone\"\nJAVA_VERSION=\"" + version + "\"\n");
        Path java = Files.createFile(Files.createDirectory(home.resolve("bin")).resolve("java"));
        assertThat(java.toFile().setExecutable(true)).isTrue();
        return home;
    }
}
