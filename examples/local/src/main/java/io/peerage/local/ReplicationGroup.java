/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * MySQL servers in one group of MySQL's Group Replication. A server that is started again takes part only when
 * {@link #rejoin} is called; until then it is OFFLINE, and takes writes. Confined to one thread.
 */
public final class ReplicationGroup extends LocalCluster {

    /** Which members take writes. */
    public enum Mode {
        /** One takes writes, the others are read-only. */
        SINGLE_PRIMARY,
        /** All take writes. */
        MULTI_PRIMARY
    }

    private static final String RECOVERY = "CHANGE REPLICATION SOURCE TO SOURCE_USER = 'repl', SOURCE_PASSWORD = '%s'"
            + " FOR CHANNEL 'group_replication_recovery'";

    /** Each server makes this account for itself before the group begins. */
    private static final String SETUP = "SET sql_log_bin = 0; CREATE USER repl@'%' IDENTIFIED BY 'repl';"
            + " GRANT REPLICATION SLAVE, BACKUP_ADMIN, CONNECTION_ADMIN, GROUP_REPLICATION_STREAM ON *.* TO repl@'%';"
            + " SET sql_log_bin = 1; RESET BINARY LOGS AND GTIDS; " + RECOVERY.formatted("repl");

    private static final String BOOTSTRAP = "SET GLOBAL group_replication_bootstrap_group = ON;"
            + " START GROUP_REPLICATION; SET GLOBAL group_replication_bootstrap_group = OFF";

    private static final String MEMBERS = "performance_schema.replication_group_members";

    private ReplicationGroup(List<LocalPeer> peers) {
        super(peers);
    }

    /**
     * Starts servers and returns when all are ONLINE in one group, after about ten seconds. The first one
     * is the first primary of a group with a single one.
     *
     * @param extraServerOptions further options of all servers; they win over ours
     * @throws IllegalStateException if there is no MySQL; {@link Facilities#mySql()} tells
     */
    public static ReplicationGroup start(Mode mode, int members, String... extraServerOptions) throws Exception {
        List<Integer> ports =
                IntStream.range(0, members).mapToObj(i -> Ports.free()).toList();
        String name = UUID.randomUUID().toString();
        ReplicationGroup group = new ReplicationGroup(
                prepare(Flavours.mySql(), members, i -> options(mode, name, ports, i, extraServerOptions)));
        try {
            for (LocalPeer peer : group.peers()) {
                peer.restart(List.of());
                peer.execute(SETUP);
            }
            group.peer(1).execute(BOOTSTRAP);
            for (LocalPeer peer : group.others(group.peer(1))) {
                group.rejoin(peer);
            }
            group.awaitComplete(group.peers());
            return group;
        } catch (Exception | AssertionError e) {
            group.close();
            throw e;
        }
    }

    private static List<String> options(Mode mode, String name, List<Integer> ports, int index, String... extra) {
        String seeds = ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
        List<String> options = new ArrayList<>(List.of(
                "--report-host=127.0.0.1",
                // the group makes it the offset of AUTO_INCREMENT, which is ignored above its step of 7
                "--server-id=" + (index + 1),
                "--plugin-load-add=group_replication.so",
                "--loose-group-replication-group-name=" + name,
                "--loose-group-replication-start-on-boot=OFF",
                "--loose-group-replication-local-address=127.0.0.1:" + ports.get(index),
                "--loose-group-replication-group-seeds=" + seeds,
                "--loose-group-replication-ip-allowlist=127.0.0.1/8",
                "--loose-group-replication-recovery-get-public-key=ON",
                // the least; it is as much memory as messages may take
                "--loose-group-replication-message-cache-size=134217728"));
        if (mode == Mode.MULTI_PRIMARY) {
            options.add("--loose-group-replication-single-primary-mode=OFF");
            options.add("--loose-group-replication-enforce-update-everywhere-checks=ON");
            options.add("--transaction-isolation=READ-COMMITTED");
        }
        options.addAll(Arrays.asList(extra));
        return options;
    }

    /** Returns the primary of a group with one, as the first member that serves sees it. */
    public LocalPeer primary() {
        String port = serving().execute("SELECT member_port FROM " + MEMBERS + " WHERE member_role = 'PRIMARY'");
        return peers().stream()
                .filter(peer -> port.equals(Integer.toString(peer.port())))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the group has no single primary but '" + port + "'"));
    }

    /** Moves the primary in order, and returns when it has moved. */
    public void setPrimary(LocalPeer peer) {
        peer.execute("SELECT group_replication_set_as_primary(@@server_uuid)");
    }

    /** The group may still count a member that died just now as one of its own, and let it in only when it is expelled. */
    @Override
    public void rejoin(LocalPeer peer) throws Exception {
        if (!peer.isRunning()) {
            peer.restart();
        }
        Patience.await(peer + " to be ONLINE", JOIN_LIMIT, () -> online(peer), () -> state(peer));
    }

    /** Returns whether a member counts {@code peer} as one that died: it fails to join then, after a minute. */
    private boolean isMissed(LocalPeer peer) {
        return others(peer).stream()
                .filter(other -> other.isRunning() && !other.isFrozen())
                .anyMatch(other -> other.execute("SELECT COUNT(*) FROM " + MEMBERS
                                + " WHERE member_state = 'UNREACHABLE' AND member_port = " + peer.port())
                        .equals("1"));
    }

    /** Has a server that takes no part join and stay RECOVERING, because no member lets it read what it lacks. */
    public void rejoinHeld(LocalPeer peer) throws Exception {
        peer.execute(RECOVERY.formatted("wrong") + "; START GROUP_REPLICATION");
        Patience.await(peer + " to be RECOVERING", JOIN_LIMIT, () -> own(peer).equals("RECOVERING"), () -> state(peer));
    }

    /** Ends what {@link #rejoinHeld} began; {@link #rejoin} lets it join. */
    public void releaseRecovery(LocalPeer peer) {
        peer.execute("STOP GROUP_REPLICATION; " + RECOVERY.formatted("repl"));
    }

    private boolean online(LocalPeer peer) {
        String state = own(peer);
        if (!state.equals("ONLINE") && !state.equals("RECOVERING") && !isMissed(peer)) {
            try {
                peer.execute("STOP GROUP_REPLICATION; START GROUP_REPLICATION");
            } catch (IllegalStateException notYet) {
                // The state tells, or the next attempt.
            }
        }
        return state.equals("ONLINE");
    }

    /** Returns the state of a member as it says itself; empty if it takes no part. */
    private static String own(LocalPeer peer) {
        return peer.execute("SELECT member_state FROM " + MEMBERS + " WHERE member_id = @@server_uuid");
    }

    @Override
    boolean serves(LocalPeer peer) {
        return own(peer).equals("ONLINE")
                && peer.execute("SELECT SUM(member_state <> 'UNREACHABLE') * 2 > COUNT(*) FROM " + MEMBERS)
                        .equals("1");
    }

    @Override
    boolean isComplete(LocalPeer peer, int members) {
        return peer.execute("SELECT COUNT(*), SUM(member_state = 'ONLINE') FROM " + MEMBERS)
                .equals(members + "\t" + members);
    }

    @Override
    public String state(LocalPeer peer) {
        return peer.execute("SELECT member_port, member_state, member_role FROM " + MEMBERS);
    }

    /** A member that is left goes on alone, as an administrator forces it to; without one the group begins again. */
    @Override
    public void bootstrap() throws Exception {
        LocalPeer first = peers().stream()
                .filter(peer -> peer.isRunning() && own(peer).equals("ONLINE"))
                .findFirst()
                .orElse(null);
        if (first == null) {
            first = beginAgain();
        } else {
            others(first).forEach(LocalPeer::stop);
            first.execute("SET GLOBAL group_replication_force_members = @@group_replication_local_address;"
                    + " SET GLOBAL group_replication_force_members = ''");
        }
        for (LocalPeer peer : others(first)) {
            rejoin(peer);
        }
    }

    private LocalPeer beginAgain() {
        for (LocalPeer peer : peers()) {
            peer.restart();
        }
        LocalPeer newest = peers().stream()
                .max(Comparator.comparingLong(ReplicationGroup::transactions))
                .orElseThrow();
        newest.execute(BOOTSTRAP);
        return newest;
    }

    /** Counts the transactions of a member: in a group all members have the same ones, up to some point. */
    private static long transactions(LocalPeer peer) {
        long count = 0;
        for (String set :
                peer.execute("SELECT REPLACE(@@gtid_executed, '\\n', '')").split(",", -1)) {
            String[] parts = set.trim().split(":", -1);
            for (int i = 1; i < parts.length; i++) {
                int dash = parts[i].indexOf('-');
                count += dash < 0
                        ? 1
                        : Long.parseLong(parts[i].substring(dash + 1))
                                - Long.parseLong(parts[i].substring(0, dash))
                                + 1;
            }
        }
        return count;
    }
}
