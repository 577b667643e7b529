/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import static io.peerage.ModelCheck.check;
import static io.peerage.ModelCheck.together;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jetbrains.lincheck.Lincheck;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs the races of closing through all interleavings that the model checker finds. */
@Tag("model-checked")
class HandleRaceTest {

    private static final int INTERLEAVINGS = 500;

    /** Counts what is open and who was told. */
    private static final class Peer implements Owner {

        final AtomicInteger open = new AtomicInteger();
        final AtomicInteger closes = new AtomicInteger();
        final AtomicInteger told = new AtomicInteger();
        final Session session = new Session(connect(), new ServerStatus() {});

        private Connection connect() {
            return proxy(Connection.class, () -> {
                open.incrementAndGet();
                AtomicInteger closed = new AtomicInteger();
                return proxy(Statement.class, () -> {
                    closes.incrementAndGet();
                    if (closed.getAndIncrement() == 0) {
                        open.decrementAndGet();
                    }
                    return null;
                });
            });
        }

        private static <T> T proxy(Class<T> type, Supplier<@Nullable Object> answer) {
            return type.cast(Proxy.newProxyInstance(
                    type.getClassLoader(),
                    new Class<?>[] {type},
                    (proxy, method, arguments) -> switch (method.getName()) {
                        // Lincheck asks
                        case "equals" -> proxy == arguments[0];
                        case "hashCode" -> System.identityHashCode(proxy);
                        case "toString" -> type.getSimpleName();
                        default -> answer.get();
                    }));
        }

        @Override
        public Session session() {
            return session;
        }

        @Override
        public SQLException failed(SQLException failure, Session from, boolean byApplication) {
            return failure;
        }

        @Override
        public boolean inManagedTransaction() {
            return false;
        }

        @Override
        public void closed(Connection handle) {
            told.incrementAndGet();
        }
    }

    @FunctionalInterface
    private interface Action {
        void run() throws SQLException;
    }

    private static void race(Action first, Action second) {
        together(() -> run(first), () -> run(second));
    }

    private static void run(Action action) {
        try {
            action.run();
        } catch (SQLException e) {
            // the loser of a race may be refused, in one way only
            check("08003".equals(e.getSQLState()), "refused with " + e.getSQLState());
        }
    }

    /** Rules out: both threads see the handle open, both tell the owner, the container's pool gets it twice. */
    @Test
    void twoClosesTellTheOwnerOnce() {
        Lincheck.runConcurrentTest(INTERLEAVINGS, () -> {
            Peer peer = new Peer();
            ConnectionHandle connection = new ConnectionHandle(peer, null);

            race(connection::close, connection::close);

            check(peer.told.get() == 1, "owner told not once");
        });
    }

    /** Rules out: the statement is added to a list that was just emptied and stays open on a pooled connection. */
    @Test
    void aStatementOpenedDuringACloseDoesNotStayOpen() {
        Lincheck.runConcurrentTest(INTERLEAVINGS, () -> {
            Peer peer = new Peer();
            ConnectionHandle connection = new ConnectionHandle(peer, null);

            race(connection::createStatement, connection::close);

            check(peer.open.get() == 0, "a statement stayed open");
            check(peer.told.get() == 1, "owner told not once");
        });
    }

    /** Rules out: the driver's statement is closed twice, or unlinked twice, which would damage the list. */
    @Test
    void aStatementIsClosedOnceByItsUserAndItsConnection() {
        Lincheck.runConcurrentTest(INTERLEAVINGS, () -> {
            Peer peer = new Peer();
            ConnectionHandle connection = new ConnectionHandle(peer, null);
            Statement statement = open(connection);
            open(connection);

            race(statement::close, connection::close);

            check(peer.open.get() == 0, "a statement stayed open");
            check(peer.closes.get() == 2, "a statement was closed twice");
        });
    }

    /** Rules out: a handle moves on after its close, so that the new owner never hears of it. */
    @Test
    void aHandleThatMovesWhileItIsClosedTellsOneOwner() {
        Lincheck.runConcurrentTest(INTERLEAVINGS, () -> {
            Peer left = new Peer();
            Peer next = new Peer();
            ConnectionHandle connection = new ConnectionHandle(left, null);
            open(connection);

            race(() -> connection.associate(next), connection::close);

            check(left.told.get() + next.told.get() == 1, "not one owner told once");
            check(left.open.get() == 0, "a statement stayed open");
            check(connection.isClosed(), "the handle is alive after its close");
        });
    }

    private static Statement open(ConnectionHandle connection) {
        try {
            return connection.createStatement();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
