/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

/** What a connection handle is bound to: an {@link Association}, or nothing. */
interface HandleState {

    /** Bound to nothing. */
    enum Unbound implements HandleState {
        /** alive, but without a managed connection until it is used again */
        DISSOCIATED("The connection found no managed connection"),
        /** dead for ever, by the application */
        CLOSED("The connection is closed"),
        /** dead for ever, by the container, which gave the managed connection to somebody else or threw it away */
        INVALIDATED("The connection was taken back by the container (its transaction or component ended, "
                + "or the connection was lost)");

        /** What who uses it is told. */
        final String refusal;

        Unbound(String refusal) {
            this.refusal = refusal;
        }

        @Override
        public boolean isEnd() {
            return this != DISSOCIATED;
        }
    }

    /** Returns whether the handle is dead for ever. */
    default boolean isEnd() {
        return false;
    }
}
