/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveCopyTest {

    @TempDir
    private Path directory;

    @Test
    void changesTheTextsOfClassesAndNothingElse() throws Exception {
        Path war = zip("a.war", Map.of("WEB-INF/classes/Noted.class", noted(), "a.txt", bytes("db1.example")));
        Path ear = zip("a.ear", Map.of("a.war", Files.readAllBytes(war), "a.rar", Files.readAllBytes(war)));

        Path copy = ArchiveCopy.write(ear, directory.resolve("to/b.ear"), ArchiveCopyTest::change, Map.of());

        Path inner = Files.write(directory.resolve("inner.war"), entry(copy, "a.war"));
        assertThat(note(entry(inner, "WEB-INF/classes/Noted.class"))).isEqualTo("at 127.0.0.1:12345");
        assertThat(entry(inner, "a.txt")).asString().isEqualTo("db1.example");
        assertThat(entry(copy, "a.rar")).isEqualTo(Files.readAllBytes(war));
    }

    @Test
    void takesAnotherFileInThePlaceOfAnEntry() throws Exception {
        Path archive = zip("a.ear", Map.of("a.txt", bytes("one"), "b.txt", bytes("two")));
        Path other = Files.writeString(directory.resolve("other"), "three");

        Path copy =
                ArchiveCopy.write(archive, directory.resolve("b.ear"), ArchiveCopyTest::change, Map.of("b.txt", other));

        assertThat(entry(copy, "a.txt")).asString().isEqualTo("one");
        assertThat(entry(copy, "b.txt")).asString().isEqualTo("three");
    }

    @Test
    void refusesAClassWithConstantsItDoesNotKnow() {
        byte[] unknown = {0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 99};
        assertThatThrownBy(() -> ClassTexts.change(unknown, text -> text)).hasMessageContaining("99");
    }

    private static String change(String text) {
        return text.replace("db1.example:3306", "127.0.0.1:12345");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] noted() throws IOException {
        try (InputStream in = Noted.class.getResourceAsStream("ArchiveCopyTest$Noted.class")) {
            return in.readAllBytes();
        }
    }

    /** Loads the class, as a server would. */
    private static String note(byte[] classFile) throws Exception {
        ClassLoader loader = new ClassLoader(ArchiveCopyTest.class.getClassLoader()) {
            @Override
            protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                return name.equals(Noted.class.getName())
                        ? defineClass(name, classFile, 0, classFile.length)
                        : super.loadClass(name, resolve);
            }
        };
        return loader.loadClass(Noted.class.getName()).getAnnotation(Note.class).value();
    }

    private Path zip(String name, Map<String, byte[]> entries) throws IOException {
        Path file = directory.resolve(name);
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                out.putNextEntry(new ZipEntry(entry.getKey()));
                out.write(entry.getValue());
            }
        }
        return file;
    }

    private static byte[] entry(Path archive, String name) throws IOException {
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(archive))) {
            ZipEntry entry = in.getNextEntry();
            while (entry != null && !entry.getName().equals(name)) {
                entry = in.getNextEntry();
            }
            assertThat(entry).as(name).isNotNull();
            return in.readAllBytes();
        }
    }

    @Retention(RetentionPolicy.RUNTIME)
    @interface Note {
        String value();
    }

    /** With constants of all sizes before and behind the text. */
    @Note("at db1.example:3306")
    static class Noted {

        static final long LONG = 1L << 40;
        static final double DOUBLE = 0.1;

        Runnable handle(String text) {
            return () -> System.out.println(text + LONG + DOUBLE);
        }
    }
}
