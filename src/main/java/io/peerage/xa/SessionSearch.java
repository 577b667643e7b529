/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.peer.Ticker;
import io.peerage.xa.Branches.Fate;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what has become of a session that was lost, and ends it where it is certainly ours: on its own server.
 * Confined to one thread.
 *
 * <p>A server gives each number once from its start to its end, and it was ours: the login and the session itself said
 * it. So the server must have been running since before the session began. Every user sees sessions of its own, and may
 * not see others.
 */
final class SessionSearch {

    private static final String ONE_SESSION =
            "SELECT user, host, info, USER() FROM information_schema.processlist WHERE id = ";

    /** The server that is asked. */
    interface Server {

        /** Returns the first row of an answer, with nothing for NULL; empty if there is none. */
        List<String> row(String query, int columns) throws SQLException;

        /** Ends a session; returns false if there is none of that number. */
        boolean kill(long number) throws SQLException;
    }

    private final Server server;
    private final Ticker ticker;
    private final @Nullable String user;
    private final int localPort;

    /**
     * @param user who asks; null = not known
     * @param localPort of the connection that asks; 0 = not known
     */
    SessionSearch(Server server, Ticker ticker, @Nullable String user, int localPort) {
        this.server = server;
        this.ticker = ticker;
        this.user = user;
        this.localPort = localPort;
    }

    /** See {@link Branches#end}. */
    Fate end(LostSession session) throws SQLException {
        if (session.id() == 0) {
            return Fate.UNCERTAIN;
        }
        List<String> row = server.row(ONE_SESSION + session.id(), 4);
        boolean ownUser = Objects.equals(session.user(), user);
        if (row.isEmpty() && ownUser) {
            return Fate.GONE;
        }
        Fate since = sinceTheServerStarted(session);
        if (since != Fate.ENDING) {
            return since;
        }
        if (row.isEmpty() || !ownUser || !isSurely(session, row.get(0), row.get(1), row.get(2), row.get(3))) {
            return Fate.UNCERTAIN;
        }
        return server.kill(session.id()) ? Fate.ENDING : Fate.GONE;
    }

    /** Looks for what speaks against it: another user, another port where ports can be compared, other work. */
    private boolean isSurely(LostSession session, String itsUser, String host, String statement, String asking)
            throws SQLException {
        if (!asking.startsWith(itsUser + "@")
                || !(statement.isEmpty() || statement.toUpperCase(Locale.ROOT).startsWith("XA "))) {
            return false;
        }
        if (session.localPort() == 0 || port(host).isEmpty()) {
            return true;
        }
        // Where the server sees our own port, nothing is in between that changes ports.
        List<String> own = server.row(ONE_SESSION + "CONNECTION_ID()", 4);
        boolean direct = !own.isEmpty() && port(own.get(1)).equals(Integer.toString(localPort));
        return !direct || port(host).equals(Integer.toString(session.localPort()));
    }

    /** Returns what stands behind the last colon, or nothing. */
    private static String port(String host) {
        int colon = host.lastIndexOf(':');
        return colon < 0 ? "" : host.substring(colon + 1);
    }

    /**
     * Returns GONE if the server has certainly started after the session began, ENDING if certainly before that. It
     * counts whole seconds, so within two of them it cannot be told.
     */
    private Fate sinceTheServerStarted(LostSession session) throws SQLException {
        List<String> uptime = server.row("SHOW GLOBAL STATUS WHERE Variable_name = 'Uptime'", 2);
        if (uptime.isEmpty()) {
            return Fate.UNCERTAIN;
        }
        long seconds = Long.parseLong(uptime.get(1));
        long ageNanos = ticker.nanos() - session.openedAtNanos();
        if (TimeUnit.SECONDS.toNanos(seconds - 1) >= ageNanos) {
            return Fate.ENDING;
        }
        return TimeUnit.SECONDS.toNanos(seconds + 2) <= ageNanos ? Fate.GONE : Fate.UNCERTAIN;
    }
}
