/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.config.DriverProfile;

/**
 * The thread that Connector/J keeps for itself, one for each time that it is loaded. It looks for connections that were
 * dropped unclosed, ends with the JVM, and holds on to the classes of an archive that is no longer deployed. Stateless.
 */
public final class DriverThreads {

    private static final String CONNECTOR_J = "com.mysql.cj.";
    private static final String CLEANUP = CONNECTOR_J + "jdbc.AbandonedConnectionCleanupThread";

    private DriverThreads() {}

    /**
     * Ends it if the driver came with the adapter: one that was there before may serve others too. The driver does
     * without it from then on, which costs nothing where every connection is closed.
     *
     * @param loader the class loader of the adapter
     */
    public static void end(DriverProfile driver, ClassLoader loader) {
        if (!driver.dataSourceClass().startsWith(CONNECTOR_J) || loader == ClassLoader.getSystemClassLoader()) {
            return;
        }
        try {
            Class<?> cleanup = Class.forName(CLEANUP, false, loader);
            if (cleanup.getClassLoader() == loader) {
                cleanup.getMethod("uncheckedShutdown").invoke(null);
            }
        } catch (ReflectiveOperationException | LinkageError e) {
            // A version without such a thread.
        }
    }
}
