/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The status of a server that tells nothing, or whose driver keeps nothing of it; to be extended for one that tells
 * something. Stateless.
 */
public class UntoldStatus implements ServerStatus {

    @Override
    public int flags() {
        return UNTOLD;
    }

    @Override
    public boolean takeChange(boolean withLimits) {
        return false;
    }

    @Override
    public long loginSession() {
        return 0;
    }

    @Override
    public boolean tellsWithErrors() {
        return false;
    }

    @Override
    public boolean reportsAll() {
        return false;
    }

    @Override
    public @Nullable String database() {
        return null;
    }

    @Override
    public void begin() throws SQLException {
        // by JDBC, a new connection is in auto-commit mode
    }

    @Override
    public void ask() throws SQLException {
        // nobody would answer
    }

    @Override
    public void end(boolean commit) throws SQLException {
        // what the application began through JDBC is the session's to end; nothing is known of anything else
    }

    @Override
    public void adopt(boolean autoCommit) {
        // it was the driver who said it
    }

    @Override
    public void distrust(boolean doubt) {
        // not known how
    }

    @Override
    public void insist(boolean readOnly) throws SQLException {
        // the driver's own setter is all there is
    }

    @Override
    public boolean isLimited() {
        return false;
    }

    @Override
    public void unlimit() throws SQLException {
        // nothing is known to be limited
    }

    @Override
    public boolean releaseLocks() throws SQLException {
        return false;
    }

    @Override
    public boolean canLeaveDatabase() {
        return true;
    }

    @Override
    public boolean restoreDatabase() throws SQLException {
        return true;
    }

    @Override
    public boolean reset() throws SQLException {
        return false;
    }
}
