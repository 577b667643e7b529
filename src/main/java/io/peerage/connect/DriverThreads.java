/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.config.DriverProfile;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/**
 * The thread that Connector/J keeps for itself, one for each time that it is loaded. It looks for connections that were
 * dropped unclosed, ends with the JVM, and holds on to the classes of an archive that is no longer deployed.
 *
 * <p>Immutable.
 */
public final class DriverThreads {

    private static final String CONNECTOR_J = "com.mysql.cj.";
    private static final String CLEANUP = CONNECTOR_J + "jdbc.AbandonedConnectionCleanupThread";
    private static final DriverThreads NONE = new DriverThreads(null);

    private final @Nullable Method shutdown;

    private DriverThreads(@Nullable Method shutdown) {
        this.shutdown = shutdown;
    }

    /**
     * Returns those of a driver that came with the adapter: one that was there before may serve others too. To be called
     * early, for no more classes can be loaded when Open Liberty stops the adapter.
     *
     * @param loader the class loader of the adapter
     */
    public static DriverThreads of(DriverProfile driver, ClassLoader loader) {
        if (!driver.dataSourceClass().startsWith(CONNECTOR_J) || loader == ClassLoader.getSystemClassLoader()) {
            return NONE;
        }
        try {
            Class<?> cleanup = Class.forName(CLEANUP, false, loader);
            return cleanup.getClassLoader() == loader
                    ? new DriverThreads(cleanup.getMethod("uncheckedShutdown"))
                    : NONE;
        } catch (ReflectiveOperationException | LinkageError e) {
            // A version without such a thread.
            return NONE;
        }
    }

    /** Ends them. The driver does without from then on, which costs nothing where every connection is closed. */
    public void end() {
        if (shutdown == null) {
            return;
        }
        try {
            shutdown.invoke(null);
        } catch (ReflectiveOperationException | LinkageError e) {
            // The driver has never been used: there is no thread, and now there can be none.
        }
    }
}
