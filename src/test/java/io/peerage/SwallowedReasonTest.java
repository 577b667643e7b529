/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.connect.AllPeersDownException;
import jakarta.resource.ResourceException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A container that does not pass on why it could not give a connection, as Payara within a transaction. */
class SwallowedReasonTest {

    @AutoClose
    private final ScriptedServer server = new ScriptedServer();

    private final PeerManagedConnectionFactory factory = server.factory();
    private final ResourceException swallowed = new ResourceException("Error in allocating a connection");
    private final PeerDataSource source = factory.createConnectionFactory((any, request) -> {
        throw swallowed;
    });

    @Test
    void whileNoPeerServesThePictureIsToldAllTheSame() {
        server.failOn("getXAConnection", new SQLTransientConnectionException("connection refused", "08001"));
        assertThatThrownBy(() -> factory.createManagedConnection(null, null)).isInstanceOf(ResourceException.class);
        assertThatThrownBy(source::getConnection)
                .isInstanceOf(AllPeersDownException.class)
                .hasMessageContaining("peer is down: connection refused, next check in ")
                .hasCause(swallowed);
    }

    @Test
    void whilePeersServeItIsTheContainersAffair() {
        assertThatThrownBy(source::getConnection)
                .isInstanceOf(SQLTransientConnectionException.class)
                .isNotInstanceOf(AllPeersDownException.class)
                .hasMessage("Error in allocating a connection")
                .extracting(e -> ((SQLException) e).getSQLState())
                .isEqualTo("08001");
        assertThat(server.open()).isZero();
    }
}
