/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.benchmarks;

import java.sql.SQLException;
import javax.sql.XAConnection;
import org.jspecify.annotations.Nullable;

/** A driver whose servers are objects in memory: what is left of a call is what Peerage adds. Thread-safe. */
public final class NoOpDataSource extends RefusingXADataSource {

    private String address = "";

    public void setServerName(String host) {
        address = host;
    }

    /** Any will do. */
    public void setPortNumber(int port) {
        address += ":" + port;
    }

    @Override
    public XAConnection getXAConnection(@Nullable String user, @Nullable String password) throws SQLException {
        return new NoOpXaConnection();
    }

    @Override
    public void setLoginTimeout(int seconds) {
        // there is nothing to wait for
    }

    @Override
    public String toString() {
        return "no-op driver at " + address;
    }
}
