/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.jdbc.Activity;
import io.peerage.peer.Unforeseen;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * The driver's XAResource, whose calls are marked as in flight like those of JDBC, so that one that hangs is found,
 * and that throw XAExceptions only.
 *
 * <p>Confined to the connection's user.
 */
record MarkedXaResource(XAResource driver, Activity activity) implements XAResource {

    /** A call to the driver that may wait for the server. */
    @FunctionalInterface
    private interface Call<T> {
        T on(XAResource driver) throws XAException;
    }

    /** A call that returns nothing. */
    @FunctionalInterface
    private interface Command {
        void on(XAResource driver) throws XAException;
    }

    private <T> T marked(Call<T> call) throws XAException {
        activity.begin();
        try {
            return call.on(driver);
        } catch (RuntimeException e) {
            throw unforeseen(e);
        } finally {
            activity.end();
        }
    }

    private void command(Command command) throws XAException {
        marked(xa -> {
            command.on(xa);
            return Boolean.TRUE;
        });
    }

    /** A defect of the driver is a failure that transaction managers know: what became of the call is not known. */
    private static XAException unforeseen(RuntimeException defect) {
        XAException failure = new XAException(XAException.XAER_RMERR);
        failure.initCause(Unforeseen.of(defect));
        return failure;
    }

    @Override
    public void start(Xid xid, int flags) throws XAException {
        command(xa -> xa.start(xid, flags));
    }

    @Override
    public void end(Xid xid, int flags) throws XAException {
        command(xa -> xa.end(xid, flags));
    }

    @Override
    public int prepare(Xid xid) throws XAException {
        return marked(xa -> xa.prepare(xid));
    }

    @Override
    public void commit(Xid xid, boolean onePhase) throws XAException {
        command(xa -> xa.commit(xid, onePhase));
    }

    @Override
    public void rollback(Xid xid) throws XAException {
        command(xa -> xa.rollback(xid));
    }

    @Override
    public void forget(Xid xid) throws XAException {
        command(xa -> xa.forget(xid));
    }

    @Override
    public Xid[] recover(int flags) throws XAException {
        return marked(xa -> xa.recover(flags));
    }

    @Override
    public boolean isSameRM(XAResource other) throws XAException {
        return driver.isSameRM(other);
    }

    @Override
    public int getTransactionTimeout() throws XAException {
        return driver.getTransactionTimeout();
    }

    @Override
    public boolean setTransactionTimeout(int seconds) throws XAException {
        return driver.setTransactionTimeout(seconds);
    }
}
