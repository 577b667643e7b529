/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.logging.Logger;
import javax.sql.XAConnection;
import javax.sql.XADataSource;
import org.jspecify.annotations.Nullable;

/** The driver of {@link ScriptedServer}, which the adapter makes from its class name. Thread-safe once configured. */
public final class ScriptedDriver implements XADataSource {

    private String host = "";

    public void setServerName(String host) {
        this.host = host;
    }

    /** Scripted servers listen on every port. */
    public void setPortNumber(int port) {
        if (port <= 0) {
            throw new IllegalArgumentException("port is " + port);
        }
    }

    /** A driver property that is a secret. */
    public void setKeyPassword(String password) {
        if (password.isEmpty()) {
            throw new IllegalArgumentException("no password");
        }
    }

    @Override
    public XAConnection getXAConnection() throws SQLException {
        return getXAConnection(null, null);
    }

    @Override
    public XAConnection getXAConnection(@Nullable String user, @Nullable String password) throws SQLException {
        ScriptedServer server = ScriptedServer.at(host);
        Throwable failure = server.failure("getXAConnection");
        if (failure instanceof SQLException refused) {
            throw refused;
        }
        if (failure instanceof RuntimeException broken) {
            throw broken;
        }
        if (failure instanceof Error broken) {
            throw broken;
        }
        String wanted = user == null ? null : server.passwords().get(user);
        if (wanted != null && !wanted.equals(password)) {
            throw new SQLException("Access denied for user '" + user + "'", "28000", 1045);
        }
        return server.connect(user).xaConnection();
    }

    @Override
    public void setLoginTimeout(int seconds) {
        // scripted servers answer at once
    }

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) {
        // nothing is written
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getLogger("io.peerage.scripted");
    }
}
