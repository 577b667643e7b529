/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jboss.jca.validator.Validation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules that WildFly applies to an archive before it deploys it. */
class ValidatorIT {

    private static final int PASSED = 0;
    private static final int FAILED = 1;

    @TempDir
    private Path directory;

    @Test
    void ironJacamarFindsNothingToBlame() throws IOException {
        int result = validate(Archive.rar());
        assertThat(reports())
                .as("reports, which it writes only if there is something to say")
                .isEmpty();
        assertThat(result).isEqualTo(PASSED);
    }

    /** Shows that the test above can fail. */
    @Test
    void ironJacamarBlamesAnAdapterWithoutItsClasses() throws IOException {
        Path broken = Files.copy(Archive.rar(), directory.resolve("broken.rar"));
        try (FileSystem inside = FileSystems.newFileSystem(broken)) {
            Path descriptor = inside.getPath("META-INF", "ra.xml");
            String text = Files.readString(descriptor).replace("io.peerage.PeerResourceAdapter", "java.lang.String");
            Files.writeString(descriptor, text);
        }
        assertThat(validate(broken)).isEqualTo(FAILED);
        assertThat(reports()).singleElement().asString().contains("java.lang.String");
    }

    private int validate(Path rar) throws IOException {
        Path reports = Files.createDirectories(directory.resolve("reports"));
        return Validation.validate(rar.toUri().toURL(), reports.toString());
    }

    private List<String> reports() throws IOException {
        List<String> texts = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory.resolve("reports"))) {
            for (Path file : files) {
                texts.add(Files.readString(file));
            }
        }
        return texts;
    }
}
