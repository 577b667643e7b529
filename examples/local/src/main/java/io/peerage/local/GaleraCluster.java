/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * MariaDB servers in one Galera cluster. A server that is started again takes part by itself, so that restarting is
 * rejoining. Confined to one thread.
 */
public final class GaleraCluster extends LocalCluster {

    /** Where Debian's package galera-4 puts it. */
    static final List<Path> LIBRARIES =
            List.of(Path.of("/usr/lib/galera/libgalera_smm.so"), Path.of("/usr/lib/libgalera_smm.so"));

    private static final String HOLD = "hold";

    private final Path scripts;

    private GaleraCluster(List<LocalPeer> peers, Path scripts) {
        super(peers);
        this.scripts = scripts;
    }

    static Optional<Path> library() {
        return LIBRARIES.stream().filter(Files::exists).findFirst();
    }

    /**
     * Starts servers and returns when all are synced in one cluster, after about five seconds.
     *
     * @param extraServerOptions further options of all servers; they win over ours
     * @throws IllegalStateException if there is no Galera; {@link Facilities#galera()} tells
     */
    public static GaleraCluster start(int members, String... extraServerOptions) throws Exception {
        Path library =
                library().orElseThrow(() -> new IllegalStateException("Galera's library is not at " + LIBRARIES));
        Path scripts = Directories.temporary("sst");
        StateTransfer.writeTo(scripts);
        List<Integer> ports =
                IntStream.range(0, members).mapToObj(i -> Ports.free()).toList();
        Flavour flavour =
                new MariaDb(List.of(), List.of("/usr/bin/env", "PATH=" + scripts + ":" + System.getenv("PATH")));
        GaleraCluster cluster = new GaleraCluster(
                prepare(flavour, members, i -> options(library, ports, i, extraServerOptions)), scripts);
        try {
            cluster.peer(1).restart(List.of("--wsrep-new-cluster"));
            for (LocalPeer peer : cluster.others(cluster.peer(1))) {
                cluster.rejoin(peer);
            }
            cluster.awaitComplete(cluster.peers());
            return cluster;
        } catch (Exception | AssertionError e) {
            cluster.close();
            throw e;
        }
    }

    private static List<String> options(Path library, List<Integer> ports, int index, String... extra) {
        String all = ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
        int port = ports.get(index);
        List<String> options = new ArrayList<>(List.of(
                "--wsrep-on=ON",
                "--wsrep-provider=" + library,
                "--wsrep-cluster-name=peers",
                "--wsrep-cluster-address=gcomm://" + all,
                "--wsrep-node-name=member" + (index + 1),
                "--wsrep-node-address=127.0.0.1",
                "--wsrep-provider-options=base_host=127.0.0.1;base_port=" + port
                        + ";gmcast.listen_addr=tcp://127.0.0.1:" + port + ";ist.recv_addr=127.0.0.1:" + Ports.free()
                        + ";gcache.size=8M",
                "--wsrep-sst-method=" + StateTransfer.METHOD,
                "--binlog-format=ROW",
                "--default-storage-engine=InnoDB",
                "--innodb-autoinc-lock-mode=2"));
        options.addAll(Arrays.asList(extra));
        return options;
    }

    @Override
    public void rejoin(LocalPeer peer) throws Exception {
        if (!peer.isRunning()) {
            peer.restart();
        }
        Patience.await(peer + " to be synced", JOIN_LIMIT, () -> serves(peer), () -> state(peer));
    }

    /**
     * Has a node that is stopped forget what it has, so that it joins with the whole data of a donor, which takes as
     * long as the test wants.
     *
     * @return the node's start, which ends after {@link #releaseTransfers()}
     */
    public CompletableFuture<Void> rejoinHeld(LocalPeer peer) {
        Directories.write(scripts.resolve(HOLD), "");
        try {
            Files.deleteIfExists(peer.data().resolve("grastate.dat"));
            Files.deleteIfExists(peer.data().resolve("galera.cache"));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot have " + peer + " forget its state", e);
        }
        return CompletableFuture.runAsync(
                peer::restart, task -> new Thread(task, "peerage-local-rejoin-" + peer.name()).start());
    }

    /** Lets transfers of state go on that {@link #rejoinHeld} holds. */
    public void releaseTransfers() {
        try {
            Files.deleteIfExists(scripts.resolve(HOLD));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot release transfers", e);
        }
    }

    /** Returns the node that feeds {@code joiner}; the state is that of a node desynced by its operator, too. */
    public Optional<LocalPeer> donorOf(LocalPeer joiner) {
        return others(joiner).stream()
                .filter(peer -> state(peer).contains("Donor/Desynced"))
                .findFirst();
    }

    @Override
    boolean serves(LocalPeer peer) {
        String state = state(peer);
        return state.contains("wsrep_local_state_comment\tSynced") && state.contains("wsrep_cluster_status\tPrimary");
    }

    @Override
    boolean isComplete(LocalPeer peer, int members) {
        return serves(peer) && peer.status("wsrep_cluster_size") == members;
    }

    @Override
    public String state(LocalPeer peer) {
        return peer.execute("SHOW GLOBAL STATUS WHERE Variable_name IN ('wsrep_local_state_comment',"
                + " 'wsrep_cluster_status', 'wsrep_cluster_size', 'wsrep_ready')");
    }

    /** Ends what still runs; begins from the one that was ended last, which knows as much as any. */
    @Override
    public void bootstrap() throws Exception {
        List<LocalPeer> running = peers().stream().filter(LocalPeer::isRunning).toList();
        LocalPeer newest = running.isEmpty() ? peer(1) : running.get(0);
        peers().forEach(LocalPeer::stop);
        allowBootstrap(newest.data().resolve("grastate.dat"));
        newest.restart(List.of("--wsrep-new-cluster"));
        for (LocalPeer peer : others(newest)) {
            rejoin(peer);
        }
    }

    /** Writes what an administrator writes who knows that no other node has newer data. */
    private static void allowBootstrap(Path state) {
        try {
            Files.writeString(state, Files.readString(state).replace("safe_to_bootstrap: 0", "safe_to_bootstrap: 1"));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot change " + state, e);
        }
    }

    @Override
    public void close() {
        super.close();
        Directories.delete(scripts);
    }
}
