/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container;

import static java.util.function.Predicate.not;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

class ArchiveIT {

    private static final Pattern VERSION = Pattern.compile("-[0-9][0-9A-Za-z.]*(-SNAPSHOT)?(?=\\.jar$)");

    @Test
    void holdsTheAdapterItsDriverAndItsLicencesAndNothingElse() throws IOException {
        assertThat(files())
                .containsExactlyInAnyOrder(
                        "META-INF/MANIFEST.MF",
                        "META-INF/LICENSE",
                        "META-INF/NOTICE",
                        "META-INF/ra.xml",
                        "mysql-connector-j.jar",
                        "peerage.jar");
    }

    @Test
    void theNoticeNamesTheDriverThatIsInside() throws IOException {
        try (JarFile rar = open()) {
            String driver = rar.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.startsWith("mysql-connector-j"))
                    .findFirst()
                    .orElseThrow();
            assertThat(text(rar, "META-INF/NOTICE")).contains(driver);
            assertThat(text(rar, "META-INF/LICENSE")).contains("Apache License");
        }
    }

    private static List<String> files() throws IOException {
        try (JarFile rar = open()) {
            return rar.stream()
                    .filter(not(ZipEntry::isDirectory))
                    .map(entry -> VERSION.matcher(entry.getName()).replaceFirst(""))
                    .toList();
        }
    }

    private static JarFile open() throws IOException {
        return new JarFile(Archive.rar().toFile());
    }

    private static String text(JarFile rar, String name) throws IOException {
        try (InputStream in = rar.getInputStream(rar.getEntry(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
