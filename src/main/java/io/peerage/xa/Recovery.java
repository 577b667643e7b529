/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.config.RecoveryPolicy;
import io.peerage.config.Settings;
import io.peerage.connect.Credentials;
import io.peerage.connect.LiveGroup;
import io.peerage.connect.PhysicalConnection;
import io.peerage.connect.ServerId;
import io.peerage.peer.Background;
import io.peerage.peer.Peer;
import io.peerage.peer.Ticker;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.transaction.xa.XAException;
import org.jspecify.annotations.Nullable;

/**
 * The prepared branches of a peer group: finds them on all its peers, and completes each on the peer that holds it,
 * whatever managed connection is asked. Transaction managers take one managed connection for a whole pool, and some a
 * fresh one to complete what another one listed.
 *
 * <p>Thread-safe. Connections are short-lived and opened when needed; what blocks is bounded, and not ended by an
 * interrupt.
 */
public final class Recovery {

    private final RecoveryLog log;
    private final boolean strict;
    private final long completeNanos;

    private final Set<Peer> lost = ConcurrentHashMap.newKeySet();
    private final PeerScans scans;
    private final Ticker ticker;
    /** What holds a branch: since it was prepared there, or recovery found it there. */
    private final Map<BranchXid, Holder> holders = new ConcurrentHashMap<>();

    private final Decisions decisions = new Decisions();
    private final Function<Peer, Finisher> finisherMaker;
    private final Map<Peer, Finisher> finishers = new ConcurrentHashMap<>();

    /** Makes the recovery of {@code group}, which was made with {@code settings}. */
    public Recovery(Settings settings, LiveGroup group) {
        this(
                group.peers()::peers,
                (peer, credentials) -> new ServerBranches(
                        group,
                        group.openForRecovery(peer, credentials),
                        settings.driver().speaksMySql()),
                group::serversSeen,
                group.background(),
                group.ticker(),
                group.name(),
                settings.recoveryPolicy(),
                settings.recoveryWait(),
                settings.acquireTimeout());
        // Who lists a peer again that was declared lost has found it.
        group.listen(this::removed, this::resume);
    }

    /**
     * @param seen the servers that the address of a peer has led to lately
     * @param completeWait how long to wait for a peer to complete a branch before saying that it cannot be reached
     */
    Recovery(
            Supplier<List<Peer>> peers,
            Branches.Opener opener,
            Function<Peer, Set<ServerId>> seen,
            Background background,
            Ticker ticker,
            String group,
            RecoveryPolicy policy,
            Duration recoveryWait,
            Duration completeWait) {
        this.log = new RecoveryLog(group);
        this.strict = policy == RecoveryPolicy.STRICT;
        this.ticker = ticker;
        this.completeNanos = completeWait.toNanos();
        this.scans = new PeerScans(
                peers,
                opener,
                peer -> known(peer, seen),
                lost,
                background,
                ticker,
                log,
                recoveryWait.toNanos(),
                completeWait.toNanos());
        this.finisherMaker = peer -> new Finisher(peer, opener, this::isLost, decisions, background, log);
    }

    /** Returns the servers behind the address of {@code peer} that hold branches, as far as is known, or may. */
    private Set<ServerId> known(Peer peer, Function<Peer, Set<ServerId>> seen) {
        Set<ServerId> known = new LinkedHashSet<>(seen.apply(peer));
        for (Holder holder : holders.values()) {
            if (holder.peer() == peer && holder.server() != null) {
                known.add(holder.server());
            }
        }
        return known;
    }

    /** Gives the branches of {@code peer} up: recovery does not ask it any more, and one that waits for it goes on. */
    public void declareLost(Peer peer) {
        if (lost.add(peer)) {
            log.declaredLost(peer);
        }
        scans.leaveOut(peer);
    }

    /** Undoes {@link #declareLost}: what was decided meanwhile for branches of {@code peer} is carried out. */
    public void resume(Peer peer) {
        if (lost.remove(peer)) {
            finisher(peer).hurry();
        }
    }

    /**
     * Has no scan wait for {@code peer}, which is no longer of the group. What was decided for its branches is delivered
     * all the same, as long as it can be reached.
     */
    void removed(Peer peer) {
        scans.leaveOut(peer);
        finishers
                .entrySet()
                .removeIf(
                        entry -> entry.getKey().isRemoved() && entry.getValue().isIdle());
    }

    /** Returns whether the operator declared {@code peer} lost. */
    public boolean isLost(Peer peer) {
        return lost.contains(peer);
    }

    /** Records that {@code xid} is prepared on the other end of {@code link}. */
    void prepared(BranchXid xid, PhysicalConnection link) {
        holders.put(xid, Holder.of(link));
    }

    /** Records that {@code xid} is completed. */
    void completed(BranchXid xid) {
        holders.remove(xid);
    }

    /**
     * Returns the branches prepared on all peers, each once.
     *
     * @throws XAException XAER_RMFAIL if a peer could not be asked, unless the policy is to go on without it
     */
    BranchXid[] recover(Credentials credentials) throws XAException {
        Map<BranchXid, Holder> before = Map.copyOf(holders);
        Scan.Result result = scans.patient(credentials, strict);
        if (!result.missing().isEmpty()) {
            log.gaveUp(result.missing().keySet(), strict);
            if (strict) {
                throw PeerScans.missing("RECOVER", null, result);
            }
        }
        before.forEach((xid, holder) -> {
            Scan.Holding holding = result.answers().get(holder.peer());
            if (holding != null && !holding.contains(xid) && holding.covers(holder.server())) {
                // Finished by somebody else.
                holders.remove(xid, holder);
            }
        });
        Set<BranchXid> all = new LinkedHashSet<>();
        result.answers().values().forEach(holding -> holding.shares().forEach(share -> all.addAll(share.prepared())));
        for (BranchXid xid : all) {
            Holder holder = holders.get(xid);
            if (holder == null) {
                remember(xid, Origin.of(xid, result.answers()));
            } else if (holder.peer().isRemoved()) {
                follow(xid, Origin.of(xid, result.answers()));
            }
        }
        return all.toArray(BranchXid[]::new);
    }

    private void remember(BranchXid xid, Origin origin) {
        if (origin.holder() != null) {
            holders.putIfAbsent(xid, origin.holder());
        } else {
            log.ambiguous(xid, origin);
        }
    }

    /**
     * Has {@code xid}, which was prepared on a peer that has been removed, finished on the one where it was found, if it
     * was: a server that got another address is another peer.
     */
    private void follow(BranchXid xid, Origin origin) {
        Holder found = origin.holder();
        if (found == null) {
            return;
        }
        holders.put(xid, found);
        Decision standing = decisions.find(xid);
        if (standing != null
                && standing.peer().isRemoved()
                && finisher(standing.peer()).release(standing)) {
            standing.moveTo(found);
            finisher(found.peer()).add(standing);
        }
    }

    /**
     * Completes a branch that was prepared on any connection to any peer.
     *
     * @throws XAException XAER_NOTA if no peer has it; XAER_RMFAIL if that, or the outcome, is not known because of peers
     *     that cannot be asked; XA_HEUR* if the opposite has been done already
     */
    void complete(BranchXid xid, Decision.Verb verb, Credentials credentials) throws XAException {
        Decision standing = decisions.find(xid);
        Holder held = holders.get(xid);
        Peer known = standing != null ? standing.peer() : held == null ? null : held.peer();
        if (known != null && known.isRemoved() && !isLost(known)) {
            follow(xid, Origin.of(xid, scans.once(credentials, verb.name(), xid).answers()));
        }
        if (standing == null) {
            Holder holder = holders.get(xid);
            if (holder == null || isLost(holder.peer())) {
                holder = locate(xid, verb, credentials);
            }
            standing = submit(new Decision(xid, verb, holder, credentials, null, false));
        }
        if (carriedOut(standing, verb) == Decision.Outcome.GONE) {
            throw XaFailure.of(
                    XAException.XAER_NOTA, verb.name(), xid, "peer " + standing.peer() + " has no such branch", null);
        }
    }

    /**
     * Completes a branch that was prepared on {@code link}, which is lost.
     *
     * @param sent whether {@code verb} was sent there and its answer lost
     * @throws XAException as {@link #complete}; XAER_RMFAIL if the peer cannot be reached: the decision is kept, and
     *     carried out when it can
     */
    void finish(BranchXid xid, Decision.Verb verb, Credentials credentials, PhysicalConnection link, boolean sent)
            throws XAException {
        link.abort();
        Decision standing = submit(new Decision(xid, verb, Holder.of(link), credentials, LostSession.of(link), sent));
        if (carriedOut(standing, verb) == Decision.Outcome.GONE && verb == Decision.Verb.COMMIT) {
            throw XaFailure.of(
                    XAException.XAER_NOTA,
                    verb.name(),
                    xid,
                    "it was prepared on peer " + link.peer() + ", which does not have it any more",
                    null);
        }
    }

    /**
     * Sees to it that nothing stays prepared of a branch whose connection was lost while it was being prepared. Without a
     * vote its transaction cannot be committed, so nobody needs to be waited for.
     */
    void rollBackLater(BranchXid xid, Credentials credentials, PhysicalConnection link) {
        link.abort();
        submit(Decision.unvoted(xid, Holder.of(link), credentials, LostSession.of(link)));
    }

    /** Forgets what became of {@code xid}. The servers keep nothing to be forgotten. */
    void forget(BranchXid xid) {
        decisions.forget(xid);
    }

    private Decision submit(Decision made) {
        Decision standing = decisions.decide(made);
        if (standing == made) {
            finisher(made.peer()).add(made);
        } else {
            finisher(standing.peer()).hurry();
        }
        return standing;
    }

    private Decision.Outcome carriedOut(Decision standing, Decision.Verb verb) throws XAException {
        BranchXid xid = standing.xid();
        if (isLost(standing.peer())) {
            String why = "its peer " + standing.peer() + " was declared lost";
            throw XaFailure.of(XAException.XAER_NOTA, verb.name(), xid, why, null);
        }
        if (standing.verb() != verb) {
            throw contradiction(standing, verb);
        }
        Decision.Outcome outcome = await(standing);
        holders.remove(xid);
        return outcome;
    }

    private static XAException contradiction(Decision standing, Decision.Verb verb) {
        int code = XAException.XAER_PROTO;
        if (standing.outcome().isDone()) {
            code = standing.verb() == Decision.Verb.COMMIT ? XAException.XA_HEURCOM : XAException.XA_HEURRB;
        }
        return XaFailure.of(code, verb.name(), standing.xid(), "the decision before was " + standing.verb(), null);
    }

    private Decision.Outcome await(Decision decision) throws XAException {
        try {
            return Uninterrupted.get(decision.outcome(), completeNanos, ticker);
        } catch (TimeoutException e) {
            if (!decisions.putOff(decision)) {
                return decision.outcome().join();
            }
            throw unreachable(decision, decision.obstacle());
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static XAException unreachable(Decision decision, @Nullable Exception why) {
        return XaFailure.of(
                XAException.XAER_RMFAIL,
                decision.verb().name(),
                decision.xid(),
                "peer " + decision.peer() + " cannot be reached" + (why == null ? "" : " (" + why.getMessage() + ")")
                        + "; the decision is kept and carried out when it can",
                why);
    }

    /** Asks all peers, once, which of them holds {@code xid}. */
    private Holder locate(BranchXid xid, Decision.Verb verb, Credentials credentials) throws XAException {
        Scan.Result result = scans.once(credentials, verb.name(), xid);
        Origin origin = Origin.of(xid, result.answers());
        if (origin.holder() != null) {
            holders.put(xid, origin.holder());
            return origin.holder();
        }
        if (!origin.holders().isEmpty()) {
            throw XaFailure.of(XAException.XAER_RMFAIL, verb.name(), xid, origin.problem(), null);
        }
        if (!result.missing().isEmpty()) {
            throw PeerScans.missing(verb.name(), xid, result);
        }
        for (Map.Entry<Peer, Scan.Holding> answer : result.answers().entrySet()) {
            if (answer.getValue().shares().stream()
                    .anyMatch(share -> share.reached().lent())) {
                String why =
                        "peer " + answer.getKey() + " does not list it, but a proxy lends it the sessions of servers";
                throw XaFailure.of(XAException.XAER_RMFAIL, verb.name(), xid, why, null);
            }
        }
        throw XaFailure.of(XAException.XAER_NOTA, verb.name(), xid, "no peer has such a branch", null);
    }

    private Finisher finisher(Peer peer) {
        return finishers.computeIfAbsent(peer, finisherMaker);
    }
}
