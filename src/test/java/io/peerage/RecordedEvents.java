/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A container that notes what it is told, and does nothing unless a test overrides. Thread-safe. */
class RecordedEvents implements ConnectionEventListener {

    final List<ConnectionEvent> closed = new CopyOnWriteArrayList<>();
    final List<ConnectionEvent> errors = new CopyOnWriteArrayList<>();

    @Override
    public void connectionClosed(ConnectionEvent event) {
        closed.add(event);
    }

    @Override
    public void connectionErrorOccurred(ConnectionEvent event) {
        errors.add(event);
    }

    @Override
    public void localTransactionStarted(ConnectionEvent event) {
        throw new AssertionError("not for transactions of the container");
    }

    @Override
    public void localTransactionCommitted(ConnectionEvent event) {
        throw new AssertionError("not for transactions of the container");
    }

    @Override
    public void localTransactionRolledback(ConnectionEvent event) {
        throw new AssertionError("not for transactions of the container");
    }
}
