/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

/** How a {@link ProxySession} finds the server for a statement. Thread-safe. */
interface ProxyRules {

    /** Tells by its text whether a statement outside a transaction goes to the server that answers reads. */
    boolean isRead(String sql);

    /** Tells whether nobody has a backend, whoever had one. */
    boolean hasLostBackends();

    /** Notes that a statement goes to the server that answers reads. */
    void countRead();

    /**
     * Waits for a backend.
     *
     * @return for how many milliseconds none was free, or 0 if one was in the end
     */
    long awaitBackend();
}
