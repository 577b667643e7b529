/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import io.peerage.local.LocalPeer;
import io.peerage.local.PacedLoad;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import javax.transaction.xa.XAException;
import javax.transaction.xa.Xid;

/**
 * Transfers between the accounts of one peer, each with its row in the ledger of that peer, and what is known of the
 * outcome of each: what a bank would check its books against. Thread-safe.
 */
final class Transfers {

    private static final int ACCOUNTS = 64;
    private static final int START = 1_000;

    private final LifoContainer container;
    private final PeerManagedConnectionFactory factory;
    private final DataSource source;
    /** By the transfer's number. */
    private final Map<String, Outcome> outcomes = new ConcurrentHashMap<>();

    /** Branches that nobody works on any more, by their global id, and whether they were decided to be committed. */
    private final Map<String, Boolean> orphans = new ConcurrentHashMap<>();

    /** What is known of a transfer. */
    enum Outcome {
        /** The commit was acknowledged, or decided for a prepared branch. */
        COMMITTED,
        /** It failed before the commit, or the server said that it rolled back. */
        UNDONE,
        /** The answer to the commit was lost. */
        UNKNOWN
    }

    Transfers(LifoContainer container, PeerManagedConnectionFactory factory) {
        this.container = container;
        this.factory = factory;
        this.source = container.dataSource(factory);
    }

    /** Makes the accounts and the empty ledger of {@code peer}. */
    static void open(LocalPeer peer) {
        peer.execute("CREATE TABLE shop.account (id INT PRIMARY KEY, balance INT NOT NULL) ENGINE = InnoDB;"
                + " INSERT INTO shop.account SELECT seq, " + START + " FROM (WITH RECURSIVE s (seq) AS (SELECT 0 UNION"
                + " ALL SELECT seq + 1 FROM s WHERE seq < " + (ACCOUNTS - 1) + ") SELECT seq FROM s) AS numbers;"
                + " CREATE TABLE shop.ledger (id CHAR(36) PRIMARY KEY, source INT NOT NULL, target INT NOT NULL,"
                + " amount INT NOT NULL) ENGINE = InnoDB");
    }

    /** Returns how many accounts of {@code peer} do not hold exactly what its ledger says; 0 if the sum is right too. */
    static int wrongBalances(LocalPeer peer) {
        String sum = peer.execute("SELECT SUM(balance) FROM shop.account");
        if (!sum.equals(Integer.toString(ACCOUNTS * START))) {
            return ACCOUNTS;
        }
        return Integer.parseInt(peer.execute("SELECT COUNT(*) FROM shop.account a WHERE balance <> " + START
                + " + (SELECT COALESCE(SUM(amount), 0) FROM shop.ledger WHERE target = a.id)"
                + " - (SELECT COALESCE(SUM(amount), 0) FROM shop.ledger WHERE source = a.id)"));
    }

    /** Returns the units of thread {@code number}: local transactions, one-phase and two-phase branches in turn. */
    PacedLoad.Unit of(int number) {
        return switch (number % 3) {
            case 0 -> this::local;
            case 1 -> this::onePhase;
            default -> this::twoPhase;
        };
    }

    /** Returns the numbers of the transfers with this outcome. */
    Set<String> with(Outcome outcome) {
        return outcomes.entrySet().stream()
                .filter(entry -> entry.getValue() == outcome)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private int local(IntConsumer dealt) throws SQLException {
        String id = number();
        Outcome ifItFails = Outcome.UNDONE;
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            int port = move(connection, id);
            dealt.accept(port);
            ifItFails = Outcome.UNKNOWN;
            connection.commit();
            outcomes.put(id, Outcome.COMMITTED);
            return port;
        } finally {
            outcomes.putIfAbsent(id, ifItFails);
        }
    }

    private int onePhase(IntConsumer dealt) throws Exception {
        String id = number();
        Outcome ifItFails = Outcome.UNDONE;
        try (GlobalTransaction transaction = GlobalTransaction.begin(container, factory)) {
            int port = moveIn(transaction, id);
            dealt.accept(port);
            try {
                ifItFails = Outcome.UNKNOWN;
                transaction.commit();
                outcomes.put(id, Outcome.COMMITTED);
            } catch (XAException e) {
                if (isRollback(e)) {
                    ifItFails = Outcome.UNDONE;
                }
                throw e;
            }
            return port;
        } finally {
            outcomes.putIfAbsent(id, ifItFails);
        }
    }

    private int twoPhase(IntConsumer dealt) throws Exception {
        String id = number();
        try (GlobalTransaction transaction = GlobalTransaction.begin(container, factory)) {
            int port = moveIn(transaction, id);
            dealt.accept(port);
            try {
                transaction.prepare();
            } catch (XAException e) {
                if (!isRollback(e)) {
                    orphans.put(name(transaction.xid()), false);
                }
                throw e;
            }
            outcomes.put(id, Outcome.COMMITTED);
            try {
                transaction.commitPrepared();
            } catch (XAException e) {
                orphans.put(name(transaction.xid()), true);
                throw e;
            }
            return port;
        } finally {
            outcomes.putIfAbsent(id, Outcome.UNDONE);
        }
    }

    /** Finishes the branches that {@code recovery} lists and nobody works on; returns how many it left. */
    int recover(GlobalTransaction.Recovery recovery) throws Exception {
        int left = 0;
        for (Xid xid : recovery.list()) {
            Boolean commit = orphans.get(name(xid));
            if (commit == null) {
                left++;
            } else {
                recovery.finish(xid, commit);
            }
        }
        return left;
    }

    private static String name(Xid xid) {
        return new String(xid.getGlobalTransactionId(), StandardCharsets.US_ASCII);
    }

    private static boolean isRollback(XAException e) {
        return e.errorCode >= XAException.XA_RBBASE && e.errorCode <= XAException.XA_RBEND;
    }

    private static String number() {
        return UUID.randomUUID().toString();
    }

    private static int moveIn(GlobalTransaction transaction, String id) throws Exception {
        try (Connection connection = transaction.connection()) {
            return move(connection, id);
        }
    }

    /** Returns the port of the server. The accounts in order, so that two transfers wait and do not deadlock. */
    private static int move(Connection connection, String id) throws SQLException {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        int source = random.nextInt(ACCOUNTS);
        int target = (source + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
        int amount = 1 + random.nextInt(10);
        List<int[]> steps = new ArrayList<>(List.of(new int[] {source, -amount}, new int[] {target, amount}));
        steps.sort((a, b) -> Integer.compare(a[0], b[0]));
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO ledger VALUES (?, ?, ?, ?)");
                PreparedStatement update =
                        connection.prepareStatement("UPDATE account SET balance = balance + ? WHERE id = ?");
                Statement query = connection.createStatement()) {
            insert.setString(1, id);
            insert.setInt(2, source);
            insert.setInt(3, target);
            insert.setInt(4, amount);
            insert.executeUpdate();
            for (int[] step : steps) {
                update.setInt(1, step[1]);
                update.setInt(2, step[0]);
                update.executeUpdate();
            }
            try (ResultSet row = query.executeQuery("SELECT @@port")) {
                row.next();
                return row.getInt(1);
            }
        }
    }
}
