/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.config.DriverProfile;
import java.lang.reflect.Method;

/**
 * The thread that Connector/J keeps for itself, one for each time that it is loaded. It looks for connections that were
 * dropped unclosed, ends with the JVM, and holds on to the classes of an archive that is no longer deployed.
 *
 * <p>Stateless.
 */
public final class DriverThreads {

    private static final String CONNECTOR_J = "com.mysql.cj.";
    private static final String CLEANUP = CONNECTOR_J + "jdbc.AbandonedConnectionCleanupThread";

    private DriverThreads() {}

    /**
     * Returns what ends those of a driver that came with the adapter: one that was there before may serve others too.
     * The driver does without from then on, which costs nothing where every connection is closed. To be called early,
     * for no more classes can be loaded when Open Liberty stops the adapter.
     *
     * @param loader the class loader of the adapter
     */
    public static Runnable end(DriverProfile driver, ClassLoader loader) {
        if (!driver.dataSourceClass().startsWith(CONNECTOR_J) || loader == ClassLoader.getSystemClassLoader()) {
            return () -> {};
        }
        try {
            Class<?> cleanup = Class.forName(CLEANUP, false, loader);
            Method shutdown = cleanup.getMethod("uncheckedShutdown");
            return cleanup.getClassLoader() == loader ? () -> shutDown(shutdown) : () -> {};
        } catch (ReflectiveOperationException | LinkageError e) {
            // A version without such a thread.
            return () -> {};
        }
    }

    private static void shutDown(Method shutdown) {
        try {
            shutdown.invoke(null);
        } catch (ReflectiveOperationException | LinkageError e) {
            // The driver has never been used: there is no thread, and now there can be none.
        }
    }
}
