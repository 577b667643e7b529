/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * A copy of an application's archive with other texts in its classes: what stands in an annotation is compiled in, and
 * these archives were built with the hosts of the examples. Stateless.
 */
final class ArchiveCopy {

    private ArchiveCopy() {}

    /**
     * Writes the copy, and returns where; the archives of web applications within it are changed as well.
     *
     * @param others files to take in the place of entries, by the names of these
     */
    static Path write(Path archive, Path copy, UnaryOperator<String> change, Map<String, Path> others) {
        try {
            Files.createDirectories(copy.toAbsolutePath().getParent());
            try (InputStream in = Files.newInputStream(archive);
                    OutputStream out = Files.newOutputStream(copy)) {
                copy(in, out, change, others);
            }
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot copy " + archive + " to " + copy, e);
        }
    }

    private static void copy(
            InputStream archive, OutputStream copy, UnaryOperator<String> change, Map<String, Path> others)
            throws IOException {
        ZipInputStream in = new ZipInputStream(archive);
        ZipOutputStream out = new ZipOutputStream(copy);
        for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
            out.putNextEntry(new ZipEntry(entry.getName()));
            Path other = others.get(entry.getName());
            byte[] content = other != null ? Files.readAllBytes(other) : in.readAllBytes();
            out.write(changed(entry.getName(), content, change));
        }
        out.finish();
    }

    private static byte[] changed(String name, byte[] content, UnaryOperator<String> change) throws IOException {
        if (name.endsWith(".class")) {
            return ClassTexts.change(content, change);
        }
        if (name.endsWith(".war")) {
            ByteArrayOutputStream copy = new ByteArrayOutputStream();
            copy(new ByteArrayInputStream(content), copy, change, Map.of());
            return copy.toByteArray();
        }
        return content;
    }
}
