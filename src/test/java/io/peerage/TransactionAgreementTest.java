/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.connect.PhysicalConnection;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.LocalTransactionException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever a container asks for, in whatever order, and whatever fails: the managed connection, its handles and the
 * session of its physical connection say the same of the transaction.
 */
class TransactionAgreementTest {

    private static final int WALKS = 400;
    private static final int STEPS = 25;

    /** What may fail next, and how. */
    private static final String[] CALLS = {"execute", "commit", "rollback", "start", "end", "prepare", "setAutoCommit"};

    /** What a container or an application does. */
    @FunctionalInterface
    private interface Step {
        void run() throws Exception;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void allSayTheSameAfterEachStep(boolean twoPhase) throws Exception {
        int inTransaction = 0;
        int failed = 0;
        for (int seed = 0; seed < WALKS; seed++) {
            Walk walk = new Walk(twoPhase, seed);
            walk.run();
            inTransaction += walk.inTransaction;
            failed += walk.failed;
        }
        assertThat(inTransaction).as("steps that ended within a transaction").isGreaterThan(WALKS);
        assertThat(failed).as("steps that failed").isGreaterThan(WALKS);
    }

    private static final class Walk {

        private final Random random;
        private final ScriptedServer server = new ScriptedServer();
        private final PeerManagedConnection managed;
        private final XAResource resource;
        private final List<Step> steps;
        private final List<String> done = new ArrayList<>();
        private final boolean twoPhase;
        private final int seed;
        private int inTransaction;
        private int failed;

        Walk(boolean twoPhase, int seed) throws ResourceException {
            this.twoPhase = twoPhase;
            this.seed = seed;
            this.random = new Random(seed);
            PeerManagedConnectionFactory factory = server.factory();
            factory.setTwoPhaseCommit(twoPhase);
            this.managed = (PeerManagedConnection) factory.createManagedConnection(null, null);
            this.resource = managed.getXAResource();
            Branch xid = new Branch("g", "1");
            this.steps = List.of(
                    this::execute,
                    this::execute,
                    this::failSoon,
                    this::failSoon,
                    managed::cleanup,
                    () -> managed.getLocalTransaction().begin(),
                    () -> managed.getLocalTransaction().commit(),
                    () -> managed.getLocalTransaction().rollback(),
                    () -> resource.start(xid, XAResource.TMNOFLAGS),
                    () -> resource.start(xid, XAResource.TMJOIN),
                    () -> resource.end(xid, XAResource.TMSUCCESS),
                    () -> resource.end(xid, XAResource.TMSUCCESS),
                    () -> resource.prepare(xid),
                    () -> resource.commit(xid, true),
                    () -> resource.commit(xid, false),
                    () -> resource.rollback(xid),
                    () -> resource.forget(xid));
        }

        void run() throws ResourceException {
            try {
                for (int i = 0; i < STEPS; i++) {
                    step(random.nextInt(steps.size()));
                }
            } finally {
                managed.destroy();
                server.close();
            }
        }

        private void step(int number) throws ResourceException {
            done.add(String.valueOf(number));
            try {
                steps.get(number).run();
            } catch (SQLException | XAException | LocalTransactionException e) {
                note(e);
            } catch (ResourceException e) {
                note(e);
            } catch (Exception e) {
                throw new AssertionError(toString(), e);
            }
            PhysicalConnection link = managed.slot().serving();
            // One that was ended because it could be neither committed nor rolled back has no say any more.
            if (link != null && !link.isRetired()) {
                assertThat(managed.inManagedTransaction())
                        .as("%s: the managed connection and the session", this)
                        .isEqualTo(link.session().inManagedTransaction());
            }
            if (managed.inManagedTransaction()) {
                inTransaction++;
            }
        }

        private void note(Exception e) {
            failed++;
            done.add("(" + e.getMessage() + ")");
        }

        private void execute() throws Exception {
            try (Connection connection = (Connection) managed.getConnection(null, null);
                    Statement statement = connection.createStatement()) {
                statement.execute("SELECT 1");
            }
        }

        private void failSoon() {
            String call = CALLS[random.nextInt(CALLS.length)];
            boolean xa = call.equals("start")
                    || call.equals("end")
                    || call.equals("prepare")
                    || (twoPhase && (call.equals("commit") || call.equals("rollback")) && random.nextBoolean());
            server.failNext(call, xa ? xaFailure() : failure());
            done.add(call);
        }

        private SQLException failure() {
            return switch (random.nextInt(3)) {
                case 0 -> ScriptedServer.lost();
                case 1 -> new SQLException("Deadlock found", "40001", 1213);
                default -> new SQLException("Error on observer while running replication hook", "HY000", 3100);
            };
        }

        private XAException xaFailure() {
            return switch (random.nextInt(4)) {
                case 0 -> ScriptedServer.lost(XAException.XAER_RMFAIL);
                case 1 -> ScriptedServer.refused(XAException.XA_RBDEADLOCK);
                case 2 -> ScriptedServer.refused(XAException.XAER_NOTA);
                default -> ScriptedServer.refused(XAException.XAER_RMERR);
            };
        }

        @Override
        public String toString() {
            return "seed " + seed + ", " + (twoPhase ? "two phases" : "one phase") + ", steps " + done;
        }
    }
}
