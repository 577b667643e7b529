/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.benchmarks;

import java.sql.ResultSet;

/** A statement that has been executed before it was asked. Confined to one thread. */
final class NoOpStatement extends RefusingPreparedStatement {

    private final ResultSet rows = new NoOpRows();
    private int value;

    @Override
    public void setInt(int index, int value) {
        this.value = value;
    }

    @Override
    public int executeUpdate() {
        return value;
    }

    @Override
    public ResultSet executeQuery() {
        return rows;
    }

    @Override
    public boolean isClosed() {
        return false;
    }

    @Override
    public void close() {
        // nothing is open
    }

    /** One row without end. */
    private static final class NoOpRows extends RefusingResultSet {

        @Override
        public boolean next() {
            return true;
        }

        @Override
        public int getInt(int column) {
            return column;
        }

        @Override
        public boolean isClosed() {
            return false;
        }

        @Override
        public void close() {
            // nothing is open
        }
    }
}
