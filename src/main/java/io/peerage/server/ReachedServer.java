/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.server;

import org.jspecify.annotations.Nullable;

/**
 * What a connection leads to, as far as that is certain. Immutable.
 *
 * @param server null: not known
 * @param session the server's number for this session, as KILL takes it, if the login and the session itself say the
 *     same; 0: not known for certain
 * @param lent whether a proxy in between lends sessions of servers, so that each statement may be for another one
 */
public record ReachedServer(@Nullable ServerId server, long session, boolean lent) {

    /** Nothing is known. */
    public static final ReachedServer UNKNOWN = new ReachedServer(null, 0, false);

    /** Returns whether this server only repeats what {@code wanted} does, or, if that is null, any other. */
    public boolean repeats(@Nullable ServerId wanted) {
        return server != null && server.standby() && (wanted == null || server.equals(wanted.asStandby()));
    }

    /**
     * Returns whether what this server says of its branches and sessions is true of {@code wanted}.
     *
     * @param wanted null: of whichever server the address leads to, but for one that only repeats another
     */
    public boolean isOn(@Nullable ServerId wanted) {
        if (lent) {
            return false;
        }
        return wanted == null ? server == null || !server.standby() : wanted.equals(server);
    }
}
