/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.connect.LiveGroup;
import io.peerage.connect.PhysicalConnection;
import io.peerage.peer.Ticker;
import io.peerage.server.ReachedServer;
import io.peerage.server.ServerId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/** The branches of a peer through its driver. Confined to one thread. */
final class ServerBranches implements Branches, SessionSearch.Server {

    /** KILL of a session that does not exist. */
    private static final int NO_SUCH_THREAD = 1094;

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

    /**
     * Returns {@code failure}, if it is what the server answers.
     *
     * @throws SQLException that the connection is lost
     */
    private XAException answer(XAException failure) throws SQLException {
        SQLException cause = XaFailure.sql(failure);
        if (group.failures().met(link, cause, false).connectionLost()) {
            throw cause;
        }
        return failure;
    }

    @Override
    public Set<BranchXid> prepared() throws SQLException, XAException {
        Set<BranchXid> prepared = new LinkedHashSet<>();
        try {
            for (Xid xid : link.xaResource().recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN)) {
                prepared.add(BranchXid.of(xid));
            }
        } catch (XAException e) {
            XAException answer = answer(e);
            if (!XaFailure.isListingRefused(answer)) {
                throw answer;
            }
            String why = "the server lets this user list no branches (error 1401); GRANT XA_RECOVER_ADMIN ON *.* TO it";
            throw XaFailure.of(XAException.XAER_RMERR, "RECOVER", null, why, answer);
        }
        return prepared;
    }

    @Override
    public boolean isReadOnly() throws SQLException {
        ServerId server = link.login().reached().server();
        if (server != null && server.standby()) {
            return true;
        }
        // also NO_LOCK and NO_LOCK_NO_ADMIN in later MariaDB
        List<String> answer = speaksMySql ? row("SELECT @@GLOBAL.read_only", 1) : List.of();
        return !answer.isEmpty() && !Set.of("0", "OFF").contains(answer.get(0).toUpperCase(Locale.ROOT));
    }

    @Override
    public void complete(BranchXid xid, Decision.Verb verb) throws SQLException, XAException {
        try {
            if (verb == Decision.Verb.COMMIT) {
                link.xaResource().commit(xid, false);
            } else {
                link.xaResource().rollback(xid);
            }
        } catch (XAException e) {
            throw answer(e);
        }
    }

    @Override
    public ReachedServer reached() {
        return link.login().reached();
    }

    @Override
    public void avoidAddress() {
        link.login().avoidAddress().run();
    }

    @Override
    public Fate end(LostSession session) throws SQLException {
        // a prepared branch of PostgreSQL is in no session's hand
        return speaksMySql
                ? new SessionSearch(
                                this, ticker, link.login().user(), link.login().localPort())
                        .end(session)
                : Fate.GONE;
    }

    @Override
    public boolean kill(long number) throws SQLException {
        try (Statement statement = link.session().connection().createStatement()) {
            statement.execute("KILL " + number);
            return true;
        } catch (SQLException e) {
            if (e.getErrorCode() == NO_SUCH_THREAD) {
                return false;
            }
            throw sorted(e);
        }
    }

    @Override
    public List<String> row(String query, int columns) throws SQLException {
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
        group.failures().met(link, failure, false);
        return failure;
    }

    @Override
    public void close() {
        link.close();
    }
}
