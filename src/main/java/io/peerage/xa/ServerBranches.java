/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.connect.LiveGroup;
import io.peerage.connect.PhysicalConnection;
import io.peerage.connect.Reached;
import io.peerage.connect.ServerId;
import io.peerage.peer.Ticker;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/** The branches of a peer through its driver. Confined to one thread. */
final class ServerBranches implements Branches {

    /** KILL of a session that does not exist. */
    private static final int NO_SUCH_THREAD = 1094;

    /** Every user sees sessions of its own. */
    private static final String ONE_SESSION =
            "SELECT user, host, info, USER() FROM information_schema.processlist WHERE id = ";

    private final LiveGroup group;
    private final PhysicalConnection link;
    private final boolean speaksMySql;
    private final Ticker ticker;

    /** @param speaksMySql whether the server knows what MySQL knows of sessions and of being read-only */
    ServerBranches(LiveGroup group, PhysicalConnection link, boolean speaksMySql) {
        this.group = group;
        this.link = link;
        this.speaksMySql = speaksMySql;
        this.ticker = group.ticker();
    }

    /** Something a driver's XAResource does. */
    @FunctionalInterface
    private interface Call<T> {
        T on(XAResource driver) throws XAException;
    }

    private <T> T call(Call<T> call) throws SQLException, XAException {
        try {
            return call.on(link.xaResource());
        } catch (XAException e) {
            SQLException cause = XaFailure.sql(e);
            if (group.failed(link, cause).connectionLost()) {
                throw cause;
            }
            throw e;
        }
    }

    @Override
    public Set<BranchXid> prepared() throws SQLException, XAException {
        Xid[] listed;
        try {
            listed = call(driver -> driver.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN));
        } catch (XAException e) {
            throw XaFailure.isListingRefused(e)
                    ? XaFailure.of(
                            XAException.XAER_RMERR,
                            "RECOVER",
                            null,
                            "the server lets this user list no branches (error 1401); GRANT XA_RECOVER_ADMIN ON *.* TO it",
                            e)
                    : e;
        }
        Set<BranchXid> prepared = new LinkedHashSet<>();
        for (Xid xid : listed) {
            prepared.add(BranchXid.of(xid));
        }
        return prepared;
    }

    @Override
    public boolean isReadOnly() throws SQLException {
        ServerId server = link.reached().server();
        if (server != null && server.standby()) {
            return true;
        }
        // also NO_LOCK and NO_LOCK_NO_ADMIN in later MariaDB
        String answer = speaksMySql ? first("SELECT @@GLOBAL.read_only") : null;
        return answer != null && !answer.equals("0") && !answer.equalsIgnoreCase("OFF");
    }

    @Override
    public void complete(BranchXid xid, Decision.Verb verb) throws SQLException, XAException {
        call(driver -> {
            if (verb == Decision.Verb.COMMIT) {
                driver.commit(xid, false);
            } else {
                driver.rollback(xid);
            }
            return xid;
        });
    }

    @Override
    public Reached reached() {
        return link.reached();
    }

    @Override
    public void avoidAddress() {
        link.avoidAddress();
    }

    /**
     * A server gives each number once from its start to its end, and it was ours: the login and the session itself said it.
     * So the server must have been running since before the session began.
     */
    @Override
    public Fate end(LostSession session) throws SQLException {
        if (!speaksMySql) {
            // a prepared branch of PostgreSQL is in no session's hand
            return Fate.GONE;
        }
        if (session.id() == 0) {
            return Fate.UNCERTAIN;
        }
        List<String> row = row(ONE_SESSION + session.id(), 4);
        if (row.isEmpty()) {
            return Fate.GONE;
        }
        Fate since = sinceItsServerStarted(session);
        if (since != Fate.ENDING) {
            return since;
        }
        if (!isSurely(session, new SessionRow(row))) {
            return Fate.UNCERTAIN;
        }
        try (Statement statement = link.session().connection().createStatement()) {
            statement.execute("KILL " + session.id());
            return Fate.ENDING;
        } catch (SQLException e) {
            if (e.getErrorCode() == NO_SUCH_THREAD) {
                return Fate.GONE;
            }
            throw sorted(e);
        }
    }

    /** A row of the list of sessions, and who asks. */
    private record SessionRow(String user, String host, String statement, String self) {
        SessionRow(List<String> columns) {
            this(columns.get(0), columns.get(1), columns.get(2), columns.get(3));
        }
    }

    /** Looks for what speaks against it: another user, another port where ports can be compared, other work. */
    private boolean isSurely(LostSession session, SessionRow row) throws SQLException {
        if (!row.self().startsWith(row.user() + "@")) {
            return false;
        }
        if (!row.statement().isEmpty()
                && !row.statement().toUpperCase(Locale.ROOT).startsWith("XA ")) {
            return false;
        }
        if (session.localPort() == 0 || port(row.host()).isEmpty()) {
            return true;
        }
        // Where the server sees our own port, nothing is in between that changes ports.
        List<String> own = row(ONE_SESSION + "CONNECTION_ID()", 4);
        boolean direct = !own.isEmpty() && port(own.get(1)).equals(Integer.toString(link.localPort()));
        return !direct || port(row.host()).equals(Integer.toString(session.localPort()));
    }

    /** Returns what stands behind the last colon, or nothing. */
    private static String port(String host) {
        int colon = host.lastIndexOf(':');
        return colon < 0 ? "" : host.substring(colon + 1);
    }

    /**
     * Returns GONE if the server has certainly started after the session began, ENDING if certainly before that. It counts
     * whole seconds, so within two of them it cannot be told.
     */
    private Fate sinceItsServerStarted(LostSession session) throws SQLException {
        List<String> uptime = row("SHOW GLOBAL STATUS WHERE Variable_name = 'Uptime'", 2);
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

    private @Nullable String first(String query) throws SQLException {
        List<String> row = row(query, 1);
        return row.isEmpty() ? null : row.get(0);
    }

    /** Returns the first row, with nothing for NULL; empty if there is none. */
    private List<String> row(String query, int columns) throws SQLException {
        try (Statement statement = link.session().connection().createStatement();
                ResultSet row = statement.executeQuery(query)) {
            List<String> values = new ArrayList<>();
            if (row.next()) {
                for (int i = 1; i <= columns; i++) {
                    String value = row.getString(i);
                    values.add(value == null ? "" : value);
                }
            }
            return values;
        } catch (SQLException e) {
            throw sorted(e);
        }
    }

    private SQLException sorted(SQLException failure) {
        group.failed(link, failure);
        return failure;
    }

    @Override
    public void close() {
        link.close();
    }
}
