/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.config.DriverProfile;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DriverThreadsTest {

    private static final String CLEANUP = "com.mysql.cj.jdbc.AbandonedConnectionCleanupThread";
    private static final DriverProfile MYSQL = DriverProfile.of("mysql");

    private URLClassLoader archive;
    private Class<?> cleanup;

    /** As in a server: the driver is loaded by the class loader of the archive, and its thread starts with it. */
    @BeforeEach
    void loadTheDriver() throws ReflectiveOperationException {
        URL jar = getClass()
                .getClassLoader()
                .loadClass(MYSQL.dataSourceClass())
                .getProtectionDomain()
                .getCodeSource()
                .getLocation();
        archive = new URLClassLoader(new URL[] {jar}, ClassLoader.getPlatformClassLoader());
        cleanup = Class.forName(CLEANUP, true, archive);
        assertThat(thread().isAlive()).isTrue();
    }

    @AfterEach
    void endTheThread() throws ReflectiveOperationException, IOException {
        cleanup.getMethod("uncheckedShutdown").invoke(null);
        archive.close();
    }

    @Test
    void endsTheThreadOfTheDriverInTheArchive() throws Exception {
        Thread thread = thread();

        DriverThreads.end(MYSQL, archive).run();

        thread.join(10_000);
        assertThat(thread.isAlive()).isFalse();
    }

    @Test
    void leavesTheThreadOfADriverThatWasThereBefore() throws Exception {
        try (URLClassLoader adapter = new URLClassLoader(new URL[0], archive)) {
            DriverThreads.end(MYSQL, adapter).run();
        }
        assertLeftAlone();
    }

    @Test
    void leavesItToAnotherDriver() throws Exception {
        DriverThreads.end(DriverProfile.of("mariadb"), archive).run();
        assertLeftAlone();
    }

    @Test
    void isContentWithoutADriver() throws IOException {
        try (URLClassLoader empty = new URLClassLoader(new URL[0], ClassLoader.getPlatformClassLoader())) {
            DriverThreads.end(MYSQL, empty).run();
        }
    }

    /** The thread pool is told at once, long before its thread has ended. */
    private void assertLeftAlone() throws ReflectiveOperationException {
        assertThat(thread().isInterrupted()).isFalse();
        assertThat(cleanup.getMethod("isAlive").invoke(null)).isEqualTo(true);
    }

    private Thread thread() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getContextClassLoader() == archive)
                .findFirst()
                .orElseThrow();
    }
}
