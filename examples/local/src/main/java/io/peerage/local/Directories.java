/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** Makes, copies and deletes whole directories. Thread-safe. */
final class Directories {

    private Directories() {}

    /** Makes a new empty directory for the user's temporary files, named after this JVM's process id and {@code name}. */
    static Path temporary(String name) {
        try {
            return Files.createTempDirectory(
                    "peerage-" + ProcessHandle.current().pid() + "-" + name + "-");
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make a temporary directory for " + name, e);
        }
    }

    /** Returns the directory that outlives this JVM and is shared by all JVMs of this user, made if need be. */
    static Path cache() {
        String user = System.getProperty("user.name", "unknown");
        Path cache = Path.of(System.getProperty("java.io.tmpdir"), "peerage-cache-" + user);
        try {
            if (Files.notExists(cache)) {
                Files.createDirectories(
                        cache, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            // Programs are run from here, and anybody may create directories in /tmp.
            String owner = Files.getOwner(cache).getName();
            if (!owner.equals(user)) {
                throw new IllegalStateException("The directory " + cache + " belongs to " + owner + ", not to " + user);
            }
            return cache;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot use the cache directory " + cache, e);
        }
    }

    /** Writes a file of text, and returns its path. */
    static Path write(Path file, String text) {
        try {
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file, e);
        }
    }

    static void copy(Path from, Path to) {
        try {
            Files.walkFileTree(from, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) throws IOException {
                    Files.createDirectories(to.resolve(from.relativize(dir)));
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.copy(file, to.resolve(from.relativize(file)));
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot copy " + from + " to " + to, e);
        }
    }

    /** Deletes the directory and all in it; a server that is ending may delete files of its own meanwhile. */
    static void delete(Path directory) {
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                    if (e instanceof NoSuchFileException) {
                        return FileVisitResult.CONTINUE;
                    }
                    throw e;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e) throws IOException {
                    if (e != null) {
                        throw e;
                    }
                    Files.deleteIfExists(dir);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot delete " + directory, e);
        }
    }
}
