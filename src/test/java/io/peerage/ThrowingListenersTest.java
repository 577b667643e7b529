/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.peerage.local.Patience;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ManagedConnection;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Those that are told what happens, and throw: what they are told of goes on as if they had not. */
@Timeout(60)
class ThrowingListenersTest {

    @AutoClose
    private final ScriptedServer server = new ScriptedServer();

    private final PeerManagedConnectionFactory factory = server.factory();

    /** A container's listener with a defect. */
    private static final class Broken extends RecordedEvents {
        @Override
        public void connectionClosed(ConnectionEvent event) {
            super.connectionClosed(event);
            throw new IllegalStateException("a defect of the container");
        }

        @Override
        public void connectionErrorOccurred(ConnectionEvent event) {
            super.connectionErrorOccurred(event);
            throw new AssertionError("a defect of the container");
        }
    }

    /** A log that is full. */
    private static final class FullLog extends Handler {
        @Override
        public void publish(LogRecord record) {
            throw new IllegalStateException("the disk is full");
        }

        @Override
        public void flush() {
            // nothing is kept
        }

        @Override
        public void close() {
            // nothing is open
        }
    }

    @Test
    void everyListenerHearsOfAClosedHandle() throws Exception {
        ManagedConnection managed = factory.createManagedConnection(null, null);
        Broken broken = new Broken();
        RecordedEvents other = new RecordedEvents();
        managed.addConnectionEventListener(broken);
        managed.addConnectionEventListener(other);
        Connection connection = (Connection) managed.getConnection(null, null);
        connection.close();
        assertThat(broken.closed).hasSize(1);
        assertThat(other.closed).hasSize(1);
        managed.destroy();
    }

    @Test
    void everyListenerHearsOfALostConnectionAndTheApplicationOfTheReason() throws Exception {
        ManagedConnection managed = factory.createManagedConnection(null, null);
        Broken broken = new Broken();
        RecordedEvents other = new RecordedEvents();
        managed.addConnectionEventListener(broken);
        managed.addConnectionEventListener(other);
        Connection connection = (Connection) managed.getConnection(null, null);
        Statement statement = connection.createStatement();
        SQLException lost = ScriptedServer.lost();
        server.failNext("execute", lost);
        assertThat(catchThrowable(() -> statement.execute("SELECT 1"))).isSameAs(lost);
        assertThat(broken.errors).hasSize(1);
        assertThat(other.errors).hasSize(1);
        managed.destroy();
        assertThat(server.open()).isZero();
    }

    /** The peer goes down all the same, and its check, which is planned after the line in the log, brings it back. */
    @Test
    void aLogThatThrowsChangesNothing() throws Exception {
        Logger logger = Logger.getLogger("io.peerage");
        Handler full = new FullLog();
        logger.addHandler(full);
        try {
            factory.setCheckIntervalSeconds(1);
            PeerDataSource source = factory.createConnectionFactory();
            source.getConnection().close();
            server.failOn("getXAConnection", new SQLException("connection refused", "08001"));
            assertThat(catchThrowable(source::getConnection)).isInstanceOf(SQLException.class);
            assertThat(source.peers().get(0).state()).isEqualTo("down");
            server.mend("getXAConnection");
            Patience.await(
                    "the peer to come back", () -> source.peers().get(0).state().equals("up"));
            source.getConnection().close();
            PeerControl control = source.unwrap(PeerControl.class);
            control.drain("peer");
            control.resume("peer");
            Patience.await(
                    "the peer to come back", () -> source.peers().get(0).state().equals("up"));
            control.declareLost("peer");
        } finally {
            logger.removeHandler(full);
        }
    }
}
