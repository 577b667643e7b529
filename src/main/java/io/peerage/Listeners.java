/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.ManagedConnection;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The container's listeners of one managed connection. Events go to a copy of the list with no lock held: Payara
 * removes itself, and destroys the connection, from inside one.
 *
 * <p>Thread-safe.
 */
final class Listeners {

    private final ManagedConnection source;
    private final BiConsumer<String, Throwable> broken;
    private final CopyOnWriteArrayList<ConnectionEventListener> list = new CopyOnWriteArrayList<>();

    /** @param broken told of a listener, by its class, and what it threw; must not throw */
    Listeners(ManagedConnection source, BiConsumer<String, Throwable> broken) {
        this.source = source;
        this.broken = broken;
    }

    void add(ConnectionEventListener listener) {
        list.add(listener);
    }

    void remove(ConnectionEventListener listener) {
        list.remove(listener);
    }

    /** Tells that the application closed {@code handle}. */
    void closed(Object handle) {
        ConnectionEvent event = new ConnectionEvent(source, ConnectionEvent.CONNECTION_CLOSED);
        event.setConnectionHandle(handle);
        tell(listener -> listener.connectionClosed(event));
    }

    /** Tells that the connection is lost. */
    void errorOccurred(Exception failure, @Nullable Object handle) {
        ConnectionEvent event = new ConnectionEvent(source, ConnectionEvent.CONNECTION_ERROR_OCCURRED, failure);
        if (handle != null) {
            event.setConnectionHandle(handle);
        }
        tell(listener -> listener.connectionErrorOccurred(event));
    }

    /** One that throws keeps neither the others from hearing nor the application from its own failure. */
    private void tell(Consumer<ConnectionEventListener> event) {
        for (ConnectionEventListener listener : list) {
            try {
                event.accept(listener);
            } catch (Throwable e) { // the container's, of which nothing is known
                broken.accept(listener.getClass().getName(), e);
            }
        }
    }
}
