/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.ManagedConnection;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;

/** One managed connection to a scripted server, and what its container hears. */
abstract class ManagedConnectionCase {

    @AutoClose
    final ScriptedServer server = new ScriptedServer();

    final RecordedEvents events = new RecordedEvents();
    final PeerManagedConnectionFactory factory = server.factory();
    ManagedConnection managed;
    /** The driver's side of {@link #managed}. */
    ScriptedConnection wire;

    @BeforeEach
    void make() throws ResourceException {
        managed = factory.createManagedConnection(null, null);
        managed.addConnectionEventListener(events);
        wire = server.connections().get(0);
        wire.drain();
    }

    @AfterEach
    void end() throws ResourceException {
        managed.destroy();
    }

    Connection handle() throws ResourceException {
        return (Connection) managed.getConnection(null, null);
    }

    static void run(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            assertThat(statement.execute("SELECT 1")).isTrue();
        }
    }
}
