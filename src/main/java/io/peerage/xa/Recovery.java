/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.config.RecoveryPolicy;
import io.peerage.config.Settings;
import io.peerage.connect.Credentials;
import io.peerage.connect.LiveGroup;
import io.peerage.connect.PhysicalConnection;
import io.peerage.connect.ServerId;
import io.peerage.peer.Peer;
import io.peerage.peer.Scheduler;
import io.peerage.peer.Ticker;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
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

    /** How long to wait before other peers are searched again for branches whose server is not behind its address. */
    private static final long SEARCH_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final RecoveryLog log;
    private final boolean strict;
    private final long completeNanos;

    private final Set<Peer> lost = ConcurrentHashMap.newKeySet();
    private final PeerScans scans;
    private final Ticker ticker;
    private final BranchHolders holders = new BranchHolders();
    private final RecentServers recent;
    /** When other peers were last searched for branches that went astray. */
    private final AtomicLong searchedAtNanos;

    private final Decisions decisions = new Decisions();
    private final Function<Peer, BranchCompleter> completerMaker;
    private final Map<Peer, BranchCompleter> completers = new ConcurrentHashMap<>();

    /** Makes the recovery of {@code group}, which was made with {@code settings}. */
    public Recovery(Settings settings, LiveGroup group) {
        this(
                group.peers()::peers,
                (peer, credentials) -> new ServerBranches(
                        group,
                        group.connector().openForRecovery(peer, credentials),
                        settings.driver().speaksMySql()),
                RecentServers.of(group),
                group.scheduler(),
                group.ticker(),
                group.name(),
                settings.recoveryPolicy(),
                settings.recoveryWait(),
                settings.acquireTimeout());
        // Who lists a peer again that was declared lost has found it.
        group.directory().listen(this::removed, this::resume);
    }

    /**
     * @param completeWait how long to wait for a peer to complete a branch before saying that it cannot be reached
     */
    Recovery(
            Supplier<List<Peer>> peers,
            Branches.Opener opener,
            RecentServers recent,
            Scheduler scheduler,
            Ticker ticker,
            String group,
            RecoveryPolicy policy,
            Duration recoveryWait,
            Duration completeWait) {
        this.log = new RecoveryLog(group);
        this.strict = policy == RecoveryPolicy.STRICT;
        this.ticker = ticker;
        this.searchedAtNanos = new AtomicLong(ticker.nanos() - SEARCH_PAUSE_NANOS);
        this.recent = recent;
        this.completeNanos = completeWait.toNanos();
        this.scans = new PeerScans(
                peers,
                opener,
                this::known,
                lost,
                scheduler,
                ticker,
                log,
                recoveryWait.toNanos(),
                completeWait.toNanos());
        BranchCompleter.Listener listener = new BranchCompleter.Listener() {
            @Override
            public void ended(Decision decision) {
                holders.remove(decision.xid());
            }

            @Override
            public void astray(List<Decision> astray) {
                search(astray);
            }
        };
        this.completerMaker = peer -> new BranchCompleter(
                peer, opener, this::known, this::isLost, decisions, scheduler, ticker, log, listener);
    }

    /** Returns the servers behind the address of {@code peer} that hold branches, as far as is known, or may. */
    private Set<ServerId> known(Peer peer) {
        Set<ServerId> known = new LinkedHashSet<>(recent.of(peer));
        known.addAll(holders.servers(peer, xid -> {
            Decision decision = decisions.find(xid);
            return decision != null && decision.outcome().isDone();
        }));
        return known;
    }

    /**
     * Gives the branches of {@code peer} up: recovery does not ask it any more, and one that waits for it goes on. What is
     * known of the servers behind its address is forgotten, so that none of them is missed after {@link #resume}.
     */
    public void declareLost(Peer peer) {
        if (lost.add(peer)) {
            log.declaredLost(peer);
        }
        scans.leaveOut(peer);
        holders.forget(peer);
        recent.forget(peer);
        scans.forget(peer);
    }

    /** Undoes {@link #declareLost}: what was decided meanwhile for branches of {@code peer} is carried out. */
    public void resume(Peer peer) {
        if (lost.remove(peer)) {
            completer(peer).hurry();
        }
    }

    /**
     * Has no scan wait for {@code peer}, which is no longer of the group. What was decided for its branches is delivered
     * all the same, as long as it can be reached.
     */
    void removed(Peer peer) {
        scans.leaveOut(peer);
        scans.forget(peer);
        completers
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
        Map<BranchXid, Holder> before = holders.now();
        Scan.Result result = scans.patient(credentials, strict);
        tidy(before, result);
        if (!result.missing().isEmpty()) {
            log.gaveUp(result.missing().keySet(), strict);
            if (strict) {
                throw PeerScans.missing("RECOVER", null, result);
            }
        }
        Set<BranchXid> all = listed(result.answers());
        for (BranchXid xid : all) {
            if (holders.of(xid) == null) {
                remember(xid, Origin.of(xid, result.answers()));
            }
        }
        return all.toArray(BranchXid[]::new);
    }

    private static Set<BranchXid> listed(Map<Peer, Scan.Holding> heard) {
        Set<BranchXid> all = new LinkedHashSet<>();
        heard.values().forEach(holding -> holding.shares().forEach(share -> all.addAll(share.prepared())));
        return all;
    }

    /** Uses what was heard, also where a peer is missing: else what is over, or elsewhere, would be missed for ever. */
    private void tidy(Map<BranchXid, Holder> before, Scan.Result result) {
        Map<Peer, Scan.Holding> heard = result.heard();
        Set<BranchXid> all = listed(heard);
        before.forEach((xid, holder) -> {
            if (isOver(xid, holder, all, heard)) {
                // Finished by somebody else.
                holders.remove(xid, holder);
            }
        });
        all.forEach(xid -> follow(xid, result));
    }

    /** Returns whether the server of a branch, wherever it was met, does not list it any more. */
    private static boolean isOver(BranchXid xid, Holder holder, Set<BranchXid> listed, Map<Peer, Scan.Holding> heard) {
        Scan.Holding own = heard.get(holder.peer());
        if (own == null || own.contains(xid)) {
            return false;
        }
        ServerId server = holder.server();
        return own.covers(server)
                || (server != null
                        && !listed.contains(xid)
                        && heard.values().stream().anyMatch(holding -> holding.covers(server)));
    }

    private void remember(BranchXid xid, Origin origin) {
        if (origin.holder() != null) {
            holders.putIfAbsent(xid, origin.holder());
        } else {
            log.ambiguous(xid, origin);
        }
    }

    /**
     * Has {@code xid} finished on the one place where it was found, if that is not where it was prepared: a server that got
     * another address is another peer, and one that took another's place has its branches.
     */
    private void follow(BranchXid xid, Scan.Result result) {
        Decision standing = decisions.find(xid);
        if (standing != null && standing.outcome().isDone()) {
            return;
        }
        Holder from = standing != null ? standing.holder() : holders.of(xid);
        if (from == null || isLost(from.peer()) || !hasLeft(from, result)) {
            return;
        }
        Holder found = Origin.of(xid, result.heard()).holder();
        if (found == null || found.equals(from)) {
            return;
        }
        if (standing == null) {
            holders.replace(xid, from, found);
        } else if (completer(from.peer()).release(standing)) {
            holders.put(xid, found);
            standing.moveTo(found);
            completer(found.peer()).add(standing);
        }
    }

    /**
     * Returns whether what {@code from} held may be elsewhere: its peer is removed; or was asked, every other one as well,
     * and a standby is there now, or the server has not been met there for minutes.
     */
    private boolean hasLeft(Holder from, Scan.Result result) {
        Peer peer = from.peer();
        if (peer.isRemoved()) {
            return true;
        }
        Scan.Holding there = result.heard().get(peer);
        if (there == null
                || there.covers(from.server())
                || result.missing().keySet().stream().anyMatch(missing -> missing != peer)) {
            return false;
        }
        return there.repeats(from.server())
                || (from.server() != null && !recent.of(peer).contains(from.server()));
    }

    /** Searches the other peers for what is {@code astray}, in the background: at once, and then from time to time. */
    private void search(List<Decision> astray) {
        boolean isNew = false;
        for (Decision decision : astray) {
            isNew |= decision.strayed();
        }
        long now = ticker.nanos();
        long before = searchedAtNanos.get();
        boolean due = now - before >= SEARCH_PAUSE_NANOS;
        if ((isNew || due) && searchedAtNanos.compareAndSet(before, now)) {
            scans.search(
                    astray.get(0).credentials(), result -> astray.forEach(decision -> follow(decision.xid(), result)));
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
        Holder held = standing != null ? standing.holder() : holders.of(xid);
        if (held != null && held.peer().isRemoved() && !isLost(held.peer())) {
            follow(xid, scans.once(credentials, verb.name(), xid));
        }
        if (standing == null) {
            Holder holder = holders.of(xid);
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
            completer(made.peer()).add(made);
        } else {
            completer(standing.peer()).hurry();
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

    private BranchCompleter completer(Peer peer) {
        return completers.computeIfAbsent(peer, completerMaker);
    }
}
