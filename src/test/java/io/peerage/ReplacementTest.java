/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.connect.ConnectionSlot;
import io.peerage.connect.Credentials;
import io.peerage.connect.LiveGroup;
import io.peerage.connect.PhysicalConnection;
import io.peerage.connect.SchedulerThreads;
import io.peerage.net.Resolver;
import io.peerage.peer.RandomSource;
import io.peerage.peer.Ticker;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A connection that was lost before anything ran on it: which failures lead to another one, and what is recorded. */
class ReplacementTest {

    private final ScriptedServer server = new ScriptedServer();
    private final SchedulerThreads threads = new SchedulerThreads();
    private LiveGroup group;
    private ConnectionSlot slot;
    private PhysicalConnection serving;

    @BeforeEach
    void begin() throws SQLException {
        group = LiveGroup.of(
                server.factory().configuration(),
                getClass().getClassLoader(),
                Resolver.system(),
                threads,
                Ticker.system(),
                RandomSource.threadLocal());
        slot = group.slots().open(Credentials.CONFIGURED);
        serving = slot.begin();
    }

    @AfterEach
    void end() {
        slot.leave();
        group.background().stop();
        threads.close();
        server.close();
    }

    private @Nullable PhysicalConnection replace(SQLException failure, long deadline) throws SQLException {
        return slot.replace(serving, failure, deadline);
    }

    private Map<String, Long> failures() {
        return group.peers().peers().get(0).failures();
    }

    @Test
    void aLostConnectionIsReplacedAndRecordedAgainstItsPeer() throws SQLException {
        PhysicalConnection other = replace(ScriptedServer.lost(), slot.deadline());
        assertThat(other).isNotNull().isNotSameAs(serving);
        assertThat(slot.serving()).isSameAs(other);
        assertThat(serving.isClosed()).isTrue();
        assertThat(server.open()).isEqualTo(1);
        assertThat(failures().values()).containsExactly(1L);
    }

    @Test
    void aFailureThatLosesNoConnectionReplacesNone() throws SQLException {
        SQLException syntax = new SQLException("syntax error", "42000", 1064);
        assertThat(replace(syntax, slot.deadline())).isNull();
        assertThat(slot.serving()).isSameAs(serving);
        assertThat(serving.isClosed()).isFalse();
        assertThat(failures()).isEmpty();
    }

    @Test
    void nobodyIsReplacedAfterTheDeadline() throws SQLException {
        assertThat(replace(ScriptedServer.lost(), Ticker.system().nanos() - 1)).isNull();
        assertThat(slot.serving()).isSameAs(serving);
        assertThat(failures()).as("left to who is told").isEmpty();
    }

    @Test
    void whoCannotBeReplacedSaysWhyAndKeepsItsPlace() throws SQLException {
        server.failOn("getXAConnection", ScriptedServer.lost());
        assertThatThrownBy(() -> replace(ScriptedServer.lost(), slot.deadline()))
                .hasMessageContaining("peer is ");
        assertThat(serving.isClosed()).isTrue();
        assertThat(server.open()).isZero();
        assertThat(slot.serving()).as("no unit of work runs").isNull();
        server.mend("getXAConnection");
    }
}
