/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.config.RecoveryPolicy;
import io.peerage.config.Settings;
import io.peerage.connect.Credentials;
import io.peerage.connect.LiveGroup;
import io.peerage.connect.PhysicalConnection;
import io.peerage.peer.Peer;
import io.peerage.xa.Decision.Outcome;
import io.peerage.xa.Decision.Verb;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.transaction.xa.XAException;

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

    private final RecoveryGroup group;
    private final boolean strict;
    private final long completeNanos;
    private final BranchTable table;
    private final PeerScans scans;
    private final BranchCompleters completers;

    /** Makes the recovery of {@code group}, which was made with {@code settings}. */
    public Recovery(Settings settings, LiveGroup group) {
        this(
                groupOf(settings, group, new BranchTable()),
                settings.recoveryPolicy(),
                settings.recoveryWait(),
                settings.acquireTimeout());
        // Who lists a peer again that was declared lost has found it.
        group.directory().listen(this::removed, this::resume);
    }

    /**
     * @param completeWait how long to wait for a peer to complete a branch before saying that it cannot be reached
     */
    Recovery(RecoveryGroup group, RecoveryPolicy policy, Duration recoveryWait, Duration completeWait) {
        this.group = group;
        this.strict = policy == RecoveryPolicy.STRICT;
        this.completeNanos = completeWait.toNanos();
        this.table = group.table();
        this.scans = new PeerScans(group, recoveryWait.toNanos(), completeNanos);
        this.completers = new BranchCompleters(group, this::search);
    }

    private static RecoveryGroup groupOf(Settings settings, LiveGroup group, BranchTable table) {
        boolean speaksMySql = settings.driver().speaksMySql();
        return new RecoveryGroup(
                group.peers()::peers,
                ConcurrentHashMap.newKeySet(),
                (peer, user) -> new ServerBranches(group, group.connector().openForRecovery(peer, user), speaksMySql),
                new PeerServers(group.connector()::serversSeen, group.connector()::forgetServers, table),
                table,
                group.scheduler(),
                group.ticker(),
                new RecoveryLog(group.name()));
    }

    /**
     * Gives the branches of {@code peer} up: recovery does not ask it any more, and one that waits for it goes on. What
     * is known of the servers behind its address is forgotten, so that none of them is missed after {@link #resume}.
     */
    public void declareLost(Peer peer) {
        if (group.lost().add(peer)) {
            group.log().declaredLost(peer);
        }
        scans.leaveOut(peer);
        group.servers().forget(peer);
    }

    /** Undoes {@link #declareLost}: what was decided meanwhile for branches of {@code peer} is carried out. */
    public void resume(Peer peer) {
        if (group.lost().remove(peer)) {
            completers.hurry(peer);
        }
    }

    /**
     * Has no scan wait for {@code peer}, which is no longer of the group. What was decided for its branches is
     * delivered all the same, as long as it can be reached.
     */
    void removed(Peer peer) {
        scans.leaveOut(peer);
        group.servers().forgetAsked(peer);
        completers.dropIdle();
    }

    /** Returns whether the operator declared {@code peer} lost. */
    public boolean isLost(Peer peer) {
        return group.isLost(peer);
    }

    /** Records that {@code xid} is prepared on the other end of {@code link}. */
    void prepared(BranchXid xid, PhysicalConnection link) {
        table.hold(xid, Holder.of(link));
    }

    /** Records that {@code xid} is completed. */
    void completed(BranchXid xid) {
        table.hold(xid, null);
    }

    /** Forgets what became of {@code xid}. The servers keep nothing to be forgotten. */
    void forget(BranchXid xid) {
        table.forget(xid);
    }

    /**
     * Returns the branches prepared on all peers, each once.
     *
     * @throws XAException XAER_RMFAIL if a peer could not be asked, unless the policy is to go on without it
     */
    BranchXid[] recover(Credentials credentials) throws XAException {
        Map<BranchXid, Holder> before = table.holders();
        ScanResult result = scans.patient(credentials, strict);
        Set<BranchXid> listed = result.listed();
        // Also where a peer is missing: else what is over, or elsewhere, would be missed for ever.
        before.forEach((xid, holder) -> {
            if (result.isOver(xid, holder)) {
                table.replace(xid, holder, null);
            }
        });
        listed.forEach(xid -> follow(xid, result));
        if (!result.missing().isEmpty()) {
            group.log().gaveUp(result.missing().keySet(), strict);
            if (strict) {
                throw result.incomplete("RECOVER", null);
            }
        }
        for (BranchXid xid : listed) {
            if (table.holder(xid) == null) {
                remember(xid, Origin.of(xid, result.heard()));
            }
        }
        return listed.toArray(BranchXid[]::new);
    }

    private void remember(BranchXid xid, Origin origin) {
        if (origin.holder() != null) {
            table.replace(xid, null, origin.holder());
        } else {
            group.log().ambiguous(xid, origin);
        }
    }

    /**
     * Has {@code xid} finished on the one place where it was found, if that is not where it was prepared: a server that
     * got another address is another peer, and one that took another's place has its branches.
     */
    private void follow(BranchXid xid, ScanResult result) {
        Holder from = table.target(xid);
        if (from == null
                || group.isLost(from.peer())
                || !result.hasLeft(from, group.servers().seen(from.peer()))) {
            return;
        }
        Holder found = Origin.of(xid, result.heard()).holder();
        if (found == null || found.equals(from)) {
            return;
        }
        Decision standing = table.decision(xid);
        if (standing == null) {
            table.replace(xid, from, found);
        } else {
            completers.move(standing, from, found);
        }
    }

    /** Searches the other peers for what is {@code astray}, in the background: at once, and then from time to time. */
    private void search(List<Decision> astray) {
        long now = group.now();
        if (astray.stream().anyMatch(decision -> decision.isSearchDue(now))) {
            astray.forEach(decision -> decision.searchFrom(now + SEARCH_PAUSE_NANOS));
            scans.search(
                    astray.get(0).credentials(), result -> astray.forEach(decision -> follow(decision.xid(), result)));
        }
    }

    /**
     * Completes a branch that was prepared on any connection to any peer.
     *
     * @throws XAException XAER_NOTA if no peer has it; XAER_RMFAIL if that, or the outcome, is not known because of
     *     peers that cannot be asked; XA_HEUR* if the opposite has been done already
     */
    void complete(BranchXid xid, Verb verb, Credentials credentials) throws XAException {
        // Read first, so that it is known also if it ends meanwhile.
        Decision standing = table.decision(xid);
        Holder target = table.target(xid);
        if (target != null && target.peer().isRemoved() && !isLost(target.peer())) {
            follow(xid, scans.once(credentials, verb, xid));
        }
        if (standing == null) {
            Holder holder = table.holder(xid);
            if (holder == null || isLost(holder.peer())) {
                holder = locate(xid, verb, credentials);
            }
            standing = completers.submit(new Decision(xid, verb, holder, credentials, null, true, false, group.now()));
        }
        if (outcome(standing, verb) == Outcome.GONE) {
            throw failure(XAException.XAER_NOTA, verb, xid, "peer " + standing.peer() + " has no such branch");
        }
    }

    /**
     * Completes a branch that was prepared on {@code link}, which is lost.
     *
     * @param sent whether {@code verb} was sent there and its answer lost
     * @throws XAException as {@link #complete}; XAER_RMFAIL if the peer cannot be reached: the decision is kept, and
     *     carried out when it can
     */
    void finish(BranchXid xid, Verb verb, Credentials credentials, PhysicalConnection link, boolean sent)
            throws XAException {
        link.abort();
        Decision standing = completers.submit(
                new Decision(xid, verb, Holder.of(link), credentials, LostSession.of(link), true, sent, group.now()));
        if (outcome(standing, verb) == Outcome.GONE && verb == Verb.COMMIT) {
            String why = "it was prepared on peer " + link.peer() + ", which does not have it any more";
            throw failure(XAException.XAER_NOTA, verb, xid, why);
        }
    }

    /**
     * Sees to it that nothing stays prepared of a branch whose connection was lost while it was being prepared. Without
     * a vote its transaction cannot be committed, so nobody needs to be waited for.
     */
    void rollBackLater(BranchXid xid, Credentials credentials, PhysicalConnection link) {
        link.abort();
        completers.submit(new Decision(
                xid, Verb.ROLLBACK, Holder.of(link), credentials, LostSession.of(link), false, false, group.now()));
    }

    /** Waits for the end of {@code standing}, which is to do {@code verb}. */
    private Outcome outcome(Decision standing, Verb verb) throws XAException {
        BranchXid xid = standing.xid();
        Peer peer = standing.peer();
        if (isLost(peer)) {
            throw failure(XAException.XAER_NOTA, verb, xid, "its peer " + peer + " was declared lost");
        }
        if (standing.verb() != verb) {
            throw contradiction(standing, verb);
        }
        try {
            return Uninterrupted.get(standing.outcome(), completeNanos, group.ticker());
        } catch (TimeoutException e) {
            if (!table.putOff(standing)) {
                return standing.outcome().join();
            }
            Exception why = standing.obstacle();
            String text = "peer " + peer + " cannot be reached" + (why == null ? "" : " (" + why.getMessage() + ")")
                    + "; the decision is kept and carried out when it can";
            throw XaFailure.of(XAException.XAER_RMFAIL, verb.name(), xid, text, why);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static XAException contradiction(Decision standing, Verb verb) {
        int code = XAException.XAER_PROTO;
        if (standing.isEnded()) {
            code = standing.verb() == Verb.COMMIT ? XAException.XA_HEURCOM : XAException.XA_HEURRB;
        }
        return failure(code, verb, standing.xid(), "the decision before was " + standing.verb());
    }

    private static XAException failure(int code, Verb verb, BranchXid xid, String why) {
        return XaFailure.of(code, verb.name(), xid, why, null);
    }

    /** Asks all peers, once, which of them holds {@code xid}. */
    private Holder locate(BranchXid xid, Verb verb, Credentials credentials) throws XAException {
        ScanResult result = scans.once(credentials, verb, xid);
        Map<Peer, PeerListing> answers = result.answers();
        Origin origin = Origin.of(xid, answers);
        if (origin.holder() != null) {
            table.hold(xid, origin.holder());
            return origin.holder();
        }
        if (!origin.holders().isEmpty()) {
            throw failure(XAException.XAER_RMFAIL, verb, xid, origin.problem());
        }
        if (!result.missing().isEmpty()) {
            throw result.incomplete(verb.name(), xid);
        }
        for (Map.Entry<Peer, PeerListing> answer : answers.entrySet()) {
            if (answer.getValue().isLent()) {
                String why =
                        "peer " + answer.getKey() + " does not list it, but a proxy lends it the sessions of servers";
                throw failure(XAException.XAER_RMFAIL, verb, xid, why);
            }
        }
        throw failure(XAException.XAER_NOTA, verb, xid, "no peer has such a branch");
    }
}
