/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.benchmarks;

import java.sql.Connection;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/** A physical connection to nowhere. Stateless. */
final class NoOpXaConnection extends RefusingXAConnection {

    private final Connection connection = new NoOpConnection();

    @Override
    public Connection getConnection() {
        return connection;
    }

    @Override
    public void close() {
        // nothing is open
    }

    @Override
    public XAResource getXAResource() {
        return new NoOpXaResource();
    }

    /** Agrees to everything. */
    private static final class NoOpXaResource implements XAResource {

        @Override
        public void start(Xid xid, int flags) {
            // no branch
        }

        @Override
        public void end(Xid xid, int flags) {
            // no branch
        }

        @Override
        public int prepare(Xid xid) {
            return XA_OK;
        }

        @Override
        public void commit(Xid xid, boolean onePhase) {
            // no branch
        }

        @Override
        public void rollback(Xid xid) {
            // no branch
        }

        @Override
        public void forget(Xid xid) {
            // no branch
        }

        @Override
        public Xid[] recover(int flag) {
            return new Xid[0];
        }

        @Override
        public boolean isSameRM(XAResource other) {
            return other == this;
        }

        @Override
        public int getTransactionTimeout() {
            return 0;
        }

        @Override
        public boolean setTransactionTimeout(int seconds) {
            return false;
        }
    }
}
