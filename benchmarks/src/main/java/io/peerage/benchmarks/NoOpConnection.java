/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.benchmarks;

import java.sql.PreparedStatement;

/** Gives out one and the same statement, so that a call allocates nothing. Stateless. */
final class NoOpConnection extends RefusingConnection {

    private final PreparedStatement statement = new NoOpStatement();

    @Override
    public PreparedStatement prepareStatement(String sql) {
        return statement;
    }

    @Override
    public boolean getAutoCommit() {
        return true;
    }

    @Override
    public boolean isValid(int timeoutSeconds) {
        return true;
    }

    @Override
    public boolean isClosed() {
        return false;
    }

    @Override
    public void clearWarnings() {
        // there are none
    }

    @Override
    public void close() {
        // nothing is open
    }
}
