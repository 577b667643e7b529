/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.ManagedConnection;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A managed connection to a scripted server, for tests of the branches on it. */
abstract class BranchCase {

    final ScriptedServer server = new ScriptedServer();
    final RecordedEvents events = new RecordedEvents();
    ManagedConnection managed;
    XAResource resource;
    ScriptedConnection wire;

    @BeforeEach
    void make() throws ResourceException {
        managed = server.factory().createManagedConnection(null, null);
        managed.addConnectionEventListener(events);
        resource = managed.getXAResource();
        wire = server.connections().get(0);
        wire.drain();
    }

    @AfterEach
    void end() throws ResourceException {
        managed.destroy();
        server.close();
    }

    Connection handle() throws ResourceException {
        return (Connection) managed.getConnection(null, null);
    }

    /** The same branch each time, as a new object. */
    static Branch branch() {
        return new Branch("g", "1");
    }

    static void run(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            assertThat(statement.execute("SELECT 1")).isTrue();
        }
    }

    void startAndEnd() throws XAException {
        resource.start(branch(), XAResource.TMNOFLAGS);
        resource.end(branch(), XAResource.TMSUCCESS);
        wire.drain();
    }

    static void refuses(int code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        XAException.class,
                        e -> assertThat(e.errorCode).as(e.getMessage()).isEqualTo(code));
    }
}
