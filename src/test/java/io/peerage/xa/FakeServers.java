/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.connect.Credentials;
import io.peerage.connect.SimulatedTime;
import io.peerage.peer.NamedEndpoint;
import io.peerage.peer.Peer;
import io.peerage.peer.PeerEvents;
import io.peerage.peer.PeerGroup;
import io.peerage.peer.RandomSelection;
import io.peerage.peer.Scheduler;
import io.peerage.server.ReachedServer;
import io.peerage.server.ServerId;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.transaction.xa.XAException;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/**
 * Servers that hold prepared branches as MySQL's do: a branch in the hand of a session is listed, and unknown to
 * whoever wants to complete it. Time stands still until a test moves it. Confined to the test's thread.
 */
final class FakeServers implements Branches.Opener {

    /** Among {@link #behind}: one that does not say which it is. */
    static final ServerId NAMELESS = new ServerId("nameless", false);

    final SimulatedTime time = new SimulatedTime();
    final List<Peer> peers;
    /** What each server was told, as {@code peer: words}. */
    final List<String> told = new ArrayList<>();

    final Map<Peer, Set<BranchXid>> prepared = new HashMap<>();
    final Set<Peer> readOnly = new HashSet<>();
    final Set<Peer> unreachable = new HashSet<>();
    final Set<Peer> lost = new HashSet<>();
    /** The servers that connections to a peer have met lately. */
    final Map<Peer, Set<ServerId>> seen = new HashMap<>();
    /** What is known of their branches. */
    final BranchTable table = new BranchTable();
    /** Branches in the hand of a session, by its number. */
    final Map<Long, BranchXid> inHand = new HashMap<>();
    /** How often a session is still there after it was told to end. */
    int killsNeeded;
    /** Whether no session can be told from others. */
    boolean uncertain;
    /** Whether the user may not list branches. */
    boolean listsNothing;
    /** Whether a proxy lends sessions. */
    boolean lent;
    /** Which server each connection to an address leads to, one after the other; none: one that does not say. */
    final List<ServerId> behind = new ArrayList<>();

    /** As {@link #behind}, for one peer, where they differ. */
    final Map<Peer, List<ServerId>> behindPeer = new HashMap<>();

    private int connections;
    /** How many connections may be open at the same time. */
    int mostOpen = Integer.MAX_VALUE;
    /** The most connections that were open at the same time. */
    int peak;
    /** What the servers behind an address hold, where they differ. */
    final Map<ServerId, Set<BranchXid>> held = new HashMap<>();

    /** What the next verb meets instead of being carried out, and whether it is carried out all the same. */
    @Nullable Exception nextFailure;

    boolean carriedOutAllTheSame;
    int open;

    FakeServers(int count) {
        List<NamedEndpoint> members = IntStream.range(0, count)
                .mapToObj(i -> new NamedEndpoint("p" + i, 1))
                .toList();
        peers = new PeerGroup(
                        members,
                        new RandomSelection(),
                        TimeUnit.SECONDS.toNanos(30),
                        time,
                        bound -> 0,
                        PeerEvents.NONE,
                        time,
                        peer -> null,
                        (failure, phase) -> {
                            throw new AssertionError(failure);
                        })
                .peers();
        peers.forEach(peer -> prepared.put(peer, new LinkedHashSet<>()));
    }

    /** Returns these servers as recovery sees them. */
    RecoveryGroup group(Scheduler scheduler) {
        return new RecoveryGroup(
                () -> peers,
                lost,
                this,
                new PeerServers(peer -> seen.getOrDefault(peer, Set.of()), seen::remove, table),
                table,
                scheduler,
                time,
                new RecoveryLog("recovery-under-test"));
    }

    static BranchXid xid(String name) {
        return BranchXid.of(new Xid() {
            @Override
            public int getFormatId() {
                return 1;
            }

            @Override
            public byte[] getGlobalTransactionId() {
                return name.getBytes(StandardCharsets.US_ASCII);
            }

            @Override
            public byte[] getBranchQualifier() {
                return new byte[] {1};
            }
        });
    }

    static XAException answer(int code) {
        XAException answer = new XAException("the server refused");
        answer.errorCode = code;
        return answer;
    }

    Set<BranchXid> preparedOn(int peer) {
        return prepared.computeIfAbsent(peers.get(peer), any -> new LinkedHashSet<>());
    }

    @Override
    public Branches open(Peer peer, Credentials credentials) throws SQLException {
        told.add(peer + ": connect");
        if (unreachable.contains(peer)) {
            throw new SQLException("connection refused", "08001");
        }
        if (open >= mostOpen) {
            throw new SQLException("too many connections", "08004", 1040);
        }
        open++;
        peak = Math.max(peak, open);
        return new One(peer);
    }

    /** What one server does for one connection. */
    private final class One implements Branches {
        private final Peer peer;

        private final ReachedServer reached;

        One(Peer peer) {
            this.peer = peer;
            List<ServerId> here = behindPeer.getOrDefault(peer, behind);
            ServerId server = here.isEmpty() ? null : here.get(connections++ % here.size());
            this.reached = new ReachedServer(NAMELESS.equals(server) ? null : server, 0, lent);
        }

        private Set<BranchXid> here() {
            ServerId server = reached.server();
            return server == null
                    ? prepared.getOrDefault(peer, Set.of())
                    : held.computeIfAbsent(server, any -> new LinkedHashSet<>());
        }

        @Override
        public Set<BranchXid> prepared() throws XAException {
            told.add(peer + ": list");
            if (listsNothing) {
                XAException refused = answer(XAException.XAER_RMERR);
                refused.initCause(new SQLException("refused", "XAE03", 1401));
                throw refused;
            }
            return Set.copyOf(here());
        }

        @Override
        public boolean isReadOnly() {
            ServerId server = reached.server();
            return readOnly.contains(peer) || (server != null && server.standby());
        }

        @Override
        public void complete(BranchXid xid, Decision.Verb verb) throws SQLException, XAException {
            told.add(peer + ": " + verb);
            if (inHand.containsValue(xid)) {
                throw answer(XAException.XAER_NOTA);
            }
            Exception failure = nextFailure;
            nextFailure = null;
            boolean done = false;
            if (failure == null || carriedOutAllTheSame) {
                done = here().remove(xid);
            }
            if (listsNothing && !done && failure == null) {
                throw answer(XAException.XAER_NOTA);
            }
            if (failure instanceof SQLException lost) {
                throw lost;
            }
            if (failure instanceof XAException refused) {
                throw refused;
            }
        }

        @Override
        public Fate end(LostSession session) {
            told.add(peer + ": end " + session.id());
            if (uncertain) {
                return Fate.UNCERTAIN;
            }
            if (killsNeeded-- > 0) {
                return Fate.ENDING;
            }
            inHand.remove(session.id());
            return Fate.GONE;
        }

        @Override
        public ReachedServer reached() {
            return reached;
        }

        @Override
        public void avoidAddress() {
            told.add(peer + ": avoid");
        }

        @Override
        public void close() {
            open--;
        }
    }
}
