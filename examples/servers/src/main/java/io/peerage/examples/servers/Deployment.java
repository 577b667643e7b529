/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import io.peerage.local.Jdk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server shall run, and on which databases. Immutable.
 *
 * @param directory where the server keeps its configuration and transaction logs; made at the first start, and found
 *     again at a later one
 * @param archives the directory with {@code peerage.rar} and {@code shop.war}
 * @param ports of the databases, on 127.0.0.1: the first is {@code db1.example:3306} in the examples' files
 * @param javaHome the JDK that the server runs on
 * @param onePhase whether there is a pool {@code single} besides, with {@code TwoPhaseCommit=false}
 */
public record Deployment(Path directory, Path archives, List<Integer> ports, Path javaHome, boolean onePhase) {

    /** Some files want a backslash before the colon, others two. */
    private static final Pattern PEER = Pattern.compile("db(\\d)\\.example(\\\\*:)3306");

    public Deployment {
        ports = List.copyOf(ports);
    }

    /** On the JDK of this JVM. */
    public Deployment(Path directory, Path archives, List<Integer> ports) {
        this(directory, archives, ports, Jdk.running(), false);
    }

    /** Returns the same on another JDK. */
    Deployment on(Path otherJavaHome) {
        return new Deployment(directory, archives, ports, otherJavaHome, onePhase);
    }

    /** Returns the same with a pool {@code single} besides. */
    Deployment withOnePhasePool() {
        return new Deployment(directory, archives, ports, javaHome, true);
    }

    /** Tells whether no server has been started with this before. */
    boolean isNew() {
        return Files.notExists(directory);
    }

    Path rar() {
        return archives.resolve("peerage.rar");
    }

    Path war() {
        return archives.resolve("shop.war");
    }

    /** Returns an example's file with this deployment's addresses and paths in the place of those of the example. */
    String fill(Path example) {
        return fill(read(example));
    }

    /** Returns a text of an example with this deployment's addresses and paths in it. */
    String fill(String example) {
        Matcher peer = PEER.matcher(onePhase ? OnePhasePool.addTo(example) : example);
        String text = peer.replaceAll(found -> {
            int port = ports.get(Integer.parseInt(found.group(1)) - 1);
            return Matcher.quoteReplacement("127.0.0.1" + found.group(2) + port);
        });
        return text.replace("/opt/peerage.rar", rar().toString()).replace("/opt/shop.war", war().toString());
    }

    /** Writes the filled file into a directory, which is made if need be, and returns where. */
    Path fill(Path example, Path into) {
        try {
            return Files.writeString(
                    Files.createDirectories(into).resolve(String.valueOf(example.getFileName())), fill(example));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot fill " + example, e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }
}
