/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.peerage.local.Patience;
import io.peerage.peer.ExceptionSorter;
import io.peerage.peer.FakePeer;
import io.peerage.peer.Peer;
import io.peerage.peer.Phase;
import io.peerage.peer.RandomSource;
import io.peerage.peer.Selection;
import io.peerage.peer.Verdict;
import jakarta.resource.spi.ManagedConnection;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.logging.Level;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parts of the deployer's own that break: the adapter goes on with its own in their place, says so, and loses nothing. */
@Timeout(60)
class BrokenPartsTest {

    private final String group = "pool-" + UUID.randomUUID();
    private final RecordedLog log = new RecordedLog(group);
    private final ScriptedServer a = new ScriptedServer();
    private final ScriptedServer b = new ScriptedServer();
    private final PeerManagedConnectionFactory factory = a.factory();

    /** Throws what no caller expects. */
    public static final class ThrowingSelection implements Selection {
        @Override
        public Peer select(List<Peer> candidates, RandomSource random) {
            throw new UnsupportedOperationException("no selection today");
        }
    }

    /** Cannot even say whether shares count. */
    public static final class ErringSelection implements Selection {
        @Override
        public Peer select(List<Peer> candidates, RandomSource random) {
            throw new NoClassDefFoundError("com/example/Missing");
        }

        @Override
        public boolean evensOut() {
            throw new StackOverflowError();
        }
    }

    /** Chooses nobody. */
    public static final class NullSelection implements Selection {
        @Override
        @SuppressWarnings("NullAway") // on purpose
        public Peer select(List<Peer> candidates, RandomSource random) {
            return null;
        }
    }

    /** Chooses a peer of its own. */
    public static final class StrangerSelection implements Selection {
        @Override
        public Peer select(List<Peer> candidates, RandomSource random) {
            return FakePeer.stranger();
        }
    }

    /** Throws at every failure. */
    public static final class ThrowingSorter implements ExceptionSorter {
        @Override
        public Verdict sort(SQLException failure, Phase phase) {
            throw new IllegalStateException("no verdict today");
        }
    }

    /** Errs at every failure. */
    public static final class ErringSorter implements ExceptionSorter {
        @Override
        public Verdict sort(SQLException failure, Phase phase) {
            throw new AssertionError("no verdict today");
        }
    }

    /** Says nothing of any failure. */
    public static final class NullSorter implements ExceptionSorter {
        @Override
        @SuppressWarnings("NullAway") // on purpose
        public Verdict sort(SQLException failure, Phase phase) {
            return null;
        }
    }

    /** Says half of what there is to say. */
    public static final class HalfSorter implements ExceptionSorter {
        @Override
        public Verdict sort(SQLException failure, Phase phase) {
            return new Verdict("half", true, nothing(), false);
        }

        @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // on purpose
        private static <T> T nothing() {
            return null;
        }
    }

    @BeforeEach
    void configure() {
        factory.setPeers("a@" + a.address() + ",b@" + b.address());
        factory.setGroupName(group);
        factory.setCheckIntervalSeconds(1);
    }

    @AfterEach
    void close() {
        a.close();
        b.close();
        log.close();
    }

    private static void run(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT 1");
        }
    }

    private void assertNothingLeaks() throws Exception {
        for (PeerStatus peer : factory.createConnectionFactory().peers()) {
            assertThat(peer.connections()).as(peer.toString()).isZero();
        }
        Patience.await("checks to close theirs", () -> a.open() + b.open() == 0);
    }

    @ParameterizedTest
    @ValueSource(
            classes = {ThrowingSelection.class, ErringSelection.class, NullSelection.class, StrangerSelection.class})
    void aBrokenSelectionGivesWayToARandomDraw(Class<?> selection) throws Exception {
        factory.setSelection(selection.getName());
        List<ManagedConnection> pool = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            pool.add(factory.createManagedConnection(null, null));
        }
        for (int i = 0; i < 50; i++) {
            for (ManagedConnection managed : pool) {
                run((Connection) managed.getConnection(null, null));
                managed.cleanup();
            }
        }
        assertThat(factory.createConnectionFactory().peers())
                .allSatisfy(peer ->
                        assertThat(peer.units()).as("units of %s of 200", peer).isBetween(50L, 150L));
        assertThat(log.with("PEERAGE-004")).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.SEVERE);
            assertThat(line.getMessage()).contains("Selection", selection.getName(), "random");
        });
        for (ManagedConnection managed : pool) {
            managed.destroy();
        }
        assertNothingLeaks();
    }

    @ParameterizedTest
    @ValueSource(classes = {ThrowingSorter.class, ErringSorter.class, NullSorter.class, HalfSorter.class})
    void aBrokenSorterGivesWayToTheDriversOwn(Class<?> sorter) throws Exception {
        factory.setPeers("a@" + a.address());
        factory.setExceptionSorter(sorter.getName());
        ManagedConnection managed = factory.createManagedConnection(null, null);
        RecordedEvents events = new RecordedEvents();
        managed.addConnectionEventListener(events);
        Connection connection = (Connection) managed.getConnection(null, null);
        a.failNext("execute", ScriptedServer.lost());

        assertThat(catchThrowable(() -> run(connection))).hasMessage("link lost");
        assertThat(events.errors).hasSize(1);
        managed.destroy();

        // A connect that fails takes the peer down, and a check brings it back.
        a.failOn("getXAConnection", new SQLException("refused", "08001"));
        PeerDataSource source = factory.createConnectionFactory();
        assertThat(catchThrowable(source::getConnection)).hasMessageContaining("peer");
        a.mend("getXAConnection");
        Patience.await(
                "the peer to come back", () -> source.peers().get(0).state().equals("up"));
        source.getConnection().close();
        assertThat(log.with("PEERAGE-004"))
                .singleElement()
                .satisfies(line -> assertThat(line.getMessage()).contains("ExceptionSorter", sorter.getName()));
        assertNothingLeaks();
    }

    /** What drivers throw beside the exceptions of JDBC is a defect of theirs; the request goes to the next peer. */
    @ParameterizedTest
    @ValueSource(classes = {NullPointerException.class, NoClassDefFoundError.class, AssertionError.class})
    void aDriverThatBreaksWhileConnectingIsAPeerThatCannotServe(Class<? extends Throwable> type) throws Exception {
        a.failOn("getXAConnection", type.getConstructor().newInstance());
        for (int i = 0; i < 8; i++) {
            factory.createConnectionFactory().getConnection().close();
        }
        assertThat(b.connections()).hasSizeGreaterThanOrEqualTo(8);
        assertNothingLeaks();
    }

    @Test
    void aDriverThatBreaksAtAPingLosesItsConnectionOnly() throws Exception {
        factory.setPeers("a@" + a.address());
        ManagedConnection managed = factory.createManagedConnection(null, null);
        a.failNext("isValid", new ArrayIndexOutOfBoundsException("a packet too short"));
        run((Connection) managed.getConnection(null, null));
        managed.cleanup();
        assertThat(a.connections()).hasSizeGreaterThanOrEqualTo(2);
        managed.destroy();
        assertNothingLeaks();
    }

    /** What the check met is told, and nothing is counted any more. */
    @Test
    void aDriverThatBreaksWhileClosingWhatFailedItsCheckIsLeftAlone() throws Exception {
        factory.setPeers("a@" + a.address());
        a.failOn("isValid", new SQLException("not today", "08001"));
        a.failOn("close", new NoClassDefFoundError("undeployed"));
        assertThat(catchThrowable(() -> factory.createManagedConnection(null, null)))
                .hasMessageContaining("not today");
        PeerDataSource source = factory.createConnectionFactory();
        Patience.await("checks to end", () -> source.peers().get(0).connections() == 0);
    }

    @Test
    void aDriverThatBreaksWhileClosingIsLeftAlone() throws Exception {
        ManagedConnection managed = factory.createManagedConnection(null, null);
        for (ScriptedServer server : List.of(a, b)) {
            server.failOn("close", new NoClassDefFoundError("undeployed"));
            server.failOn("setNetworkTimeout", new NoClassDefFoundError("undeployed"));
        }
        managed.destroy();
        for (PeerStatus peer : factory.createConnectionFactory().peers()) {
            assertThat(peer.connections()).isZero();
        }
        assertThat(factory.createManagedConnection(null, null)).isNotNull();
    }

    /** The container must hear of it, or what it could not hand out stays in its pool for good. */
    @Test
    void aContainerHearsOfWhatNobodyForesaw() throws Exception {
        factory.setPeers("a@" + a.address());
        ManagedConnection managed = factory.createManagedConnection(null, null);
        RecordedEvents events = new RecordedEvents();
        managed.addConnectionEventListener(events);
        a.failOn("isValid", new SQLException("gone", "08S01"));
        a.failOn("getXAConnection", new OutOfMemoryError("for the test"));
        @Nullable Throwable thrown = null;
        try {
            managed.getConnection(null, null);
        } catch (Exception | Error e) {
            thrown = e;
        }
        assertThat(thrown).isNotNull();
        assertThat(events.errors).hasSize(1);
        managed.destroy();
        assertNothingLeaks();
    }

    @Test
    void aDriverThatBreaksWhileCleaningUpIsAFailureTheContainerKnows() throws Exception {
        factory.setPeers("a@" + a.address());
        ManagedConnection managed = factory.createManagedConnection(null, null);
        Connection connection = (Connection) managed.getConnection(null, null);
        connection.setAutoCommit(false);
        run(connection);
        a.failNext("rollback", new IllegalStateException("a defect of the driver"));
        assertThat(catchThrowable(managed::cleanup)).hasMessageContaining("a defect of the driver");
        managed.destroy();
        assertNothingLeaks();
    }

    @Test
    void aDriverThatBreaksAtTheStartOfABranchIsAFailureTheTransactionManagerKnows() throws Exception {
        factory.setPeers("a@" + a.address());
        ManagedConnection managed = factory.createManagedConnection(null, null);
        a.failNext("start", new ClassCastException("a defect of the driver"));
        assertThat(catchThrowable(() -> managed.getXAResource().start(new Branch("g", "1"), XAResource.TMNOFLAGS)))
                .isInstanceOfSatisfying(
                        XAException.class, e -> assertThat(e.errorCode).isEqualTo(XAException.XAER_RMFAIL))
                .hasMessageContaining("a defect of the driver");
        managed.destroy();
        assertNothingLeaks();
    }
}
