/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A document that is made from the code's own data: a test compares it, and writes it where it is told to. Stateless. */
public final class GeneratedDocument {

    /** {@code -Dpeerage.documents=write} has the tests write what they would compare. */
    private static final boolean WRITES = "write".equals(System.getProperty("peerage.documents"));

    private GeneratedDocument() {}

    /** Holds the file at {@code relative} to {@code text}. */
    public static void assertCurrent(String relative, String text) throws IOException {
        Path file = ProjectFiles.path("docs").resolveSibling(relative);
        if (WRITES) {
            Files.writeString(file, text);
        }
        assertThat(Files.exists(file) ? Files.readString(file) : "")
                .as("%s is made from data; to write it anew: mvn test -pl src -am -Dpeerage.documents=write", relative)
                .isEqualTo(text);
    }

    /** Holds what stands in the file at {@code relative} between {@code <!-- name -->} and {@code <!-- /name -->}. */
    public static void assertSection(String relative, String name, String text) throws IOException {
        String present = ProjectFiles.text(relative);
        String begin = "<!-- " + name + " -->\n";
        int from = present.indexOf(begin) + begin.length();
        int to = present.indexOf("<!-- /" + name + " -->");
        assertThat(to).as("%s has the section <!-- %s -->", relative, name).isGreaterThan(from);
        int line = present.lastIndexOf('\n', to) + 1;
        assertCurrent(relative, present.substring(0, from) + text + present.substring(line));
    }
}
