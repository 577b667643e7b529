/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.LocalPeer;
import io.peerage.local.PacedLoad;
import io.peerage.local.Patience;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * Units of work that insert a number of their own each into a table of a cluster: in auto-commit mode, in local and,
 * where it can, in global transactions. A number whose unit returned is acknowledged, and has to be on every member
 * afterwards; one whose unit failed is in doubt, and may be there. Thread-safe.
 */
final class OwnRows {

    private final LifoContainer container;
    private final PeerManagedConnectionFactory factory;
    private final DataSource source;
    private final boolean xa;
    private final AtomicInteger next = new AtomicInteger();
    private final Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();
    private final Map<Integer, Exception> inDoubt = new ConcurrentHashMap<>();

    /** @param xa whether a third of the units are global transactions */
    OwnRows(LifoContainer container, PeerManagedConnectionFactory factory, boolean xa) {
        this.container = container;
        this.factory = factory;
        this.source = container.dataSource(factory);
        this.xa = xa;
    }

    /** Makes the table, empty, on the member that is asked; its cluster has it then. */
    static void prepare(LocalPeer member) {
        member.execute("DROP TABLE IF EXISTS shop.own; CREATE TABLE shop.own (id INT PRIMARY KEY)");
    }

    /** Returns the units of thread {@code number}. */
    PacedLoad.Unit of(int number) {
        return switch (number % (xa ? 3 : 2)) {
            case 0 -> dealt -> run(this::autoCommit, dealt);
            case 1 -> dealt -> run(this::local, dealt);
            default -> dealt -> run(this::global, dealt);
        };
    }

    private interface Insert {
        int run(int id, IntConsumer dealt) throws Exception;
    }

    private int run(Insert insert, IntConsumer dealt) throws Exception {
        int id = next.incrementAndGet();
        try {
            int port = insert.run(id, dealt);
            acknowledged.add(id);
            return port;
        } catch (Exception e) {
            inDoubt.put(id, e);
            throw e;
        }
    }

    private int autoCommit(int id, IntConsumer dealt) throws SQLException {
        try (Connection connection = source.getConnection()) {
            return insert(connection, id, dealt);
        }
    }

    private int local(int id, IntConsumer dealt) throws SQLException {
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            int port = insert(connection, id, dealt);
            connection.commit();
            return port;
        }
    }

    private int global(int id, IntConsumer dealt) throws Exception {
        try (GlobalTransaction transaction = GlobalTransaction.begin(container, factory)) {
            int port;
            try (Connection connection = transaction.connection()) {
                port = insert(connection, id, dealt);
            }
            transaction.commit();
            return port;
        }
    }

    /** Returns the port of the peer, which the driver knows without its server. */
    private static int insert(Connection connection, int id, IntConsumer dealt) throws SQLException {
        int port = ClusterPools.port(connection);
        dealt.accept(port);
        try (Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("INSERT INTO own VALUES (" + id + ")"))
                    .isEqualTo(1);
        }
        return port;
    }

    /** Returns how many units were begun. */
    int units() {
        return next.get();
    }

    /** Returns how many units failed. */
    int failed() {
        return inDoubt.size();
    }

    /** Returns the failures, without repetition, each with how often it came. */
    Map<String, Long> failures() {
        return inDoubt.values().stream().collect(Collectors.groupingBy(OwnRows::text, Collectors.counting()));
    }

    private static String text(Exception failure) {
        String numbered = failure instanceof SQLException sql
                ? sql.getSQLState() + "/" + sql.getErrorCode() + " " + sql.getMessage()
                : String.valueOf(failure);
        return numbered.lines().findFirst().orElse("").replaceAll("\\d{5,}", "N");
    }

    /**
     * Compares with what each of {@code members} has, when all work is done and they are in full order.
     *
     * @return how many of the units that failed have their row
     */
    long assertKept(String what, List<LocalPeer> members) throws Exception {
        awaitApplied(members);
        long committed = -1;
        for (LocalPeer member : members) {
            Set<Integer> rows = rows(member);
            assertThat(missing(acknowledged, rows))
                    .as("acknowledged rows that %s does not have", member)
                    .isEmpty();
            long of = inDoubt.keySet().stream().filter(rows::contains).count();
            assertThat(rows).as("rows of %s", member).hasSize(acknowledged.size() + (int) of);
            assertThat(committed).as("members have the same rows").isIn(-1L, of);
            committed = of;
        }
        System.out.println(what + ": " + units() + " units, " + failed() + " failed, of which " + committed
                + " are committed; " + failures());
        return committed;
    }

    /** A member that has just recovered is in full order, and may have others' transactions yet to apply. */
    private void awaitApplied(List<LocalPeer> members) throws Exception {
        Patience.await(
                "all members to have what was acknowledged, and the same",
                Duration.ofSeconds(60),
                () -> {
                    List<Set<Integer>> all = members.stream().map(OwnRows::rows).toList();
                    return all.stream().distinct().count() == 1
                            && missing(acknowledged, all.get(0)).isEmpty();
                },
                () -> members.stream()
                        .map(member -> member + " lacks "
                                + missing(acknowledged, rows(member)).size())
                        .toList());
    }

    private static Collection<Integer> missing(Set<Integer> wanted, Set<Integer> rows) {
        return wanted.stream().filter(id -> !rows.contains(id)).toList();
    }

    private static Set<Integer> rows(LocalPeer member) {
        return member.execute("SELECT id FROM shop.own")
                .lines()
                .map(Integer::valueOf)
                .collect(Collectors.toSet());
    }
}
