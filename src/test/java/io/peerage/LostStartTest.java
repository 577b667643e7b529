/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static io.peerage.XaRefusal.refuses;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.resource.spi.ManagedConnection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several peers end while a branch is started: nothing ran on any of them, so the application need not know. */
class LostStartTest {

    private static final int PEERS = 3;

    private final List<ScriptedServer> servers =
            Stream.generate(ScriptedServer::new).limit(PEERS).toList();
    private final RecordedEvents events = new RecordedEvents();
    private final AtomicInteger starts = new AtomicInteger();
    private ManagedConnection managed;
    private XAResource resource;

    @BeforeEach
    void make() throws Exception {
        PeerManagedConnectionFactory factory = servers.get(0).factory();
        factory.setPeers(servers.stream().map(ScriptedServer::address).collect(Collectors.joining(",")));
        // all of them are suspected for a moment
        factory.setWhenAllDown("wait");
        managed = factory.createManagedConnection(null, null);
        managed.addConnectionEventListener(events);
        resource = managed.getXAResource();
    }

    @AfterEach
    void end() throws Exception {
        managed.destroy();
        servers.forEach(ScriptedServer::close);
    }

    /** Loses the connections on which the first starts are sent, whatever the peers. */
    private void loseStarts(int count) {
        for (ScriptedServer server : servers) {
            server.failOn("start", ScriptedServer.lost(XAException.XAER_RMFAIL));
            server.during("start", () -> {
                if (starts.incrementAndGet() > count) {
                    servers.forEach(each -> each.mend("start"));
                }
            });
        }
    }

    /** Returns the connections that were told to start the branch, and none of those of checks. */
    private List<ScriptedConnection> startedOn() {
        return servers.stream()
                .flatMap(server -> server.connections().stream())
                .filter(connection -> connection.calls().stream().anyMatch(call -> call.startsWith("start(")))
                .toList();
    }

    @Test
    void asManyMayBeLostAsThereArePeers() throws Exception {
        loseStarts(PEERS);
        resource.start(BranchCase.branch(), XAResource.TMNOFLAGS);
        assertThat(starts).hasValue(PEERS + 1);
        assertThat(events.errors).isEmpty();
        assertThat(startedOn()).filteredOn(connection -> !connection.isClosed()).hasSize(1);

        resource.end(BranchCase.branch(), XAResource.TMSUCCESS);
        resource.commit(BranchCase.branch(), true);
        assertThat(servers.stream().mapToLong(server -> server.sent("commit(g/1, true)")))
                .as("commits on each peer")
                .containsOnlyOnce(1L);
    }

    @Test
    void whatNoPeerStartsIsGivenUpAndSaidOnce() throws Exception {
        loseStarts(Integer.MAX_VALUE);
        refuses(XAException.XAER_RMFAIL, () -> resource.start(BranchCase.branch(), XAResource.TMNOFLAGS));
        assertThat(starts).hasValue(PEERS + 1);
        assertThat(events.errors).hasSize(1);
        managed.destroy();
        assertThat(startedOn()).hasSize(PEERS + 1).allMatch(ScriptedConnection::isClosed);
    }
}
