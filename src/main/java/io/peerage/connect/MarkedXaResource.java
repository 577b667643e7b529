/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.jdbc.Activity;
import io.peerage.peer.Unforeseen;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * Those calls of the driver's {@link XAResource} that wait for its server: marked as in flight like those of JDBC, so
 * that one that hangs is found, and throwing XAExceptions only.
 *
 * <p>Confined to the connection's user.
 */
public final class MarkedXaResource {

    private final XAResource driver;
    private final Activity activity;

    MarkedXaResource(XAResource driver, Activity activity) {
        this.driver = driver;
        this.activity = activity;
    }

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

    /** See {@link XAResource#start}. */
    public void start(Xid xid, int flags) throws XAException {
        command(xa -> xa.start(xid, flags));
    }

    /** See {@link XAResource#end}. */
    public void end(Xid xid, int flags) throws XAException {
        command(xa -> xa.end(xid, flags));
    }

    /** See {@link XAResource#prepare}. */
    public int prepare(Xid xid) throws XAException {
        return marked(xa -> xa.prepare(xid));
    }

    /** See {@link XAResource#commit}. */
    public void commit(Xid xid, boolean onePhase) throws XAException {
        command(xa -> xa.commit(xid, onePhase));
    }

    /** See {@link XAResource#rollback}. */
    public void rollback(Xid xid) throws XAException {
        command(xa -> xa.rollback(xid));
    }

    /** See {@link XAResource#recover}. */
    public Xid[] recover(int flags) throws XAException {
        return marked(xa -> xa.recover(flags));
    }
}
