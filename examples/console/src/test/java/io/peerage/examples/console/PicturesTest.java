/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class PicturesTest {

    private static final Path DOCS = Path.of("../../docs");
    private static final Pattern PICTURE = Pattern.compile("!\\[[^\\]]+\\]\\(([^)]+)\\)");
    private static final int MAX_BYTES = 150_000;
    private static final int MAX_WIDTH = 1280;

    @Test
    void pageNamesEachPictureThatThereIsAndNoOther() throws IOException {
        Set<String> named = PICTURE.matcher(Files.readString(DOCS.resolve("console.md")))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toSet());
        try (Stream<Path> files = Files.list(DOCS.resolve("console"))) {
            assertThat(files.map(file -> "console/" + file.getFileName())).containsExactlyInAnyOrderElementsOf(named);
        }
    }

    @Test
    void picturesAreSmall() throws IOException {
        try (Stream<Path> files = Files.list(DOCS.resolve("console"))) {
            assertThat(files).isNotEmpty().allSatisfy(file -> {
                assertThat(Files.size(file)).isLessThan(MAX_BYTES);
                BufferedImage picture = ImageIO.read(file.toFile());
                assertThat(picture.getWidth()).isLessThanOrEqualTo(MAX_WIDTH);
            });
        }
    }
}
