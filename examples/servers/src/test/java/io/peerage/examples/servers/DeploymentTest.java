/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeploymentTest {

    @TempDir
    private Path directory;

    @Test
    void putsItsOwnAddressesAndPathsInThePlaceOfTheExamples() throws IOException {
        Deployment deployment = new Deployment(directory.resolve("server"), Path.of("/archives"), List.of(1001, 1002));
        Path example = Files.writeString(directory.resolve("file"), """
                deploy /opt/peerage.rar
                deploy /opt/shop.war
                plain a@db1.example:3306,b@db2.example:3306
                boot file db2.example\\:3306
                multimode db1.example\\\\:3306
                """);

        assertThat(deployment.fill(example)).isEqualTo("""
                deploy /archives/peerage.rar
                deploy /archives/shop.war
                plain a@127.0.0.1:1001,b@127.0.0.1:1002
                boot file 127.0.0.1\\:1002
                multimode 127.0.0.1\\\\:1001
                """);
    }

    @Test
    void isNewUntilSomethingIsKept() throws IOException {
        Deployment deployment = new Deployment(directory.resolve("server"), Path.of("/archives"), List.of(1001));
        Path example = Files.writeString(directory.resolve("file"), "db1.example:3306");
        assertThat(deployment.isNew()).isTrue();

        Path filled = deployment.fill(example, deployment.directory());

        assertThat(filled).hasContent("127.0.0.1:1001").hasParent(deployment.directory());
        assertThat(deployment.isNew()).isFalse();
    }
}
