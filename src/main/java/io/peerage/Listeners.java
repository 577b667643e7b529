/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.ManagedConnection;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The container's listeners of one managed connection. Events go to a copy of the list with no lock held: Payara removes
 * itself, and destroys the connection, from inside one.
 *
 * <p>Thread-safe.
 */
final class Listeners {

    private final ManagedConnection source;
    private final CopyOnWriteArrayList<ConnectionEventListener> list = new CopyOnWriteArrayList<>();

    Listeners(ManagedConnection source) {
        this.source = source;
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
        for (ConnectionEventListener listener : list) {
            listener.connectionClosed(event);
        }
    }

    /** Tells that the connection is lost. */
    void errorOccurred(Exception failure, @Nullable Object handle) {
        ConnectionEvent event = new ConnectionEvent(source, ConnectionEvent.CONNECTION_ERROR_OCCURRED, failure);
        if (handle != null) {
            event.setConnectionHandle(handle);
        }
        for (ConnectionEventListener listener : list) {
            listener.connectionErrorOccurred(event);
        }
    }
}
