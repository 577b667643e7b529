/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import io.peerage.connect.Credentials;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ManagedConnection;
import java.sql.Connection;
import java.util.UUID;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * A transaction of one branch, driven as a container's transaction manager does. What is not completed when it is
 * closed is rolled back. Confined to one thread.
 */
final class GlobalTransaction implements AutoCloseable {

    private static final ConnectionRequest REQUEST = new ConnectionRequest(Credentials.CONFIGURED);

    private final LifoContainer container;
    private final ManagedConnection managed;
    private final XAResource resource;
    private final Xid xid = new Branch(UUID.randomUUID().toString(), "one");
    private boolean ended;
    private boolean over;

    private GlobalTransaction(LifoContainer container, ManagedConnection managed) throws ResourceException {
        this.container = container;
        this.managed = managed;
        this.resource = managed.getXAResource();
    }

    static GlobalTransaction begin(LifoContainer container, PeerManagedConnectionFactory factory) throws Exception {
        ManagedConnection managed = container.enlist(factory, REQUEST);
        try {
            GlobalTransaction transaction = new GlobalTransaction(container, managed);
            transaction.resource.start(transaction.xid, XAResource.TMNOFLAGS);
            return transaction;
        } catch (ResourceException | XAException | RuntimeException e) {
            container.delist(managed);
            throw e;
        }
    }

    Xid xid() {
        return xid;
    }

    /** Returns a handle on the branch's connection. */
    Connection connection() throws ResourceException {
        return (Connection) managed.getConnection(null, REQUEST);
    }

    /** Commits in one phase. */
    void commit() throws XAException {
        end();
        over = true;
        resource.commit(xid, true);
    }

    /** Prepares; from here on the branch is no longer rolled back by {@link #close}. */
    void prepare() throws XAException {
        end();
        over = true;
        resource.prepare(xid);
    }

    /** Commits what {@link #prepare} prepared. */
    void commitPrepared() throws XAException {
        resource.commit(xid, false);
    }

    /** Rolls back what was not prepared. */
    void rollback() throws XAException {
        end();
        over = true;
        resource.rollback(xid);
    }

    private void end() throws XAException {
        if (!ended) {
            ended = true;
            resource.end(xid, XAResource.TMSUCCESS);
        }
    }

    @Override
    public void close() throws XAException {
        try {
            if (!over) {
                rollback();
            }
        } finally {
            container.delist(managed);
        }
    }

    /** Opens a connection for recovery, as a transaction manager does for each pool. */
    static Recovery recovery(PeerManagedConnectionFactory factory) throws ResourceException {
        return new Recovery(factory.createManagedConnection(null, null));
    }

    /** What recovery does on a connection of its own. Confined to one thread. */
    static final class Recovery implements AutoCloseable {

        private final ManagedConnection managed;

        private Recovery(ManagedConnection managed) {
            this.managed = managed;
        }

        Xid[] list() throws ResourceException, XAException {
            return managed.getXAResource().recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN);
        }

        void finish(Xid found, boolean commit) throws ResourceException, XAException {
            if (commit) {
                managed.getXAResource().commit(found, false);
            } else {
                managed.getXAResource().rollback(found);
            }
        }

        @Override
        public void close() throws ResourceException {
            managed.destroy();
        }
    }
}
