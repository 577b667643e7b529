/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

/** What a connection handle is bound to. Thread-safe. */
sealed interface HandleState permits Association, HandleState.Dissociated, HandleState.Ended {

    /** Alive, but without a managed connection until it is used again. */
    record Dissociated(LazyAssociation association) implements HandleState {}

    /** Dead for ever. */
    enum Ended implements HandleState {
        /** by the application */
        CLOSED("The connection is closed"),
        /** by the container, which gave the managed connection to somebody else or threw it away */
        INVALIDATED("The connection was taken back by the container (its transaction or component ended, "
                + "or the connection was lost)");

        final String message;

        Ended(String message) {
            this.message = message;
        }
    }
}
