/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.sql.SQLException;
import java.util.function.BooleanSupplier;

/** Asks a peer whether it can serve, and says what came out. Thread-safe; at most one check of a peer runs at a time. */
final class HealthChecker {

    private final Probe probe;
    private final ExceptionSorter sorter;
    private final CheckSchedule schedule;
    private final Findings findings;

    HealthChecker(Probe probe, ExceptionSorter sorter, CheckSchedule schedule, Findings findings) {
        this.probe = probe;
        this.sorter = sorter;
        this.schedule = schedule;
        this.findings = findings;
    }

    /**
     * Asks {@code peer}, unless it is being asked already.
     *
     * @param requested whether somebody asked for this check: a drained peer is left alone otherwise
     */
    void check(Peer peer, boolean requested) {
        if (!peer.checks.begin()) {
            return;
        }
        Health observed = peer.health();
        try {
            if (observed instanceof Health.Drained && !requested) {
                return;
            }
            if (observed instanceof Health.Down down) {
                Health.Probing probing = findings.probing(peer, down);
                if (probing == null) {
                    return;
                }
                observed = probing;
            }
            ask(peer, observed);
        } finally {
            peer.checks.end();
            // A suspicion that arose while this check was under way found it busy, and is younger than its answer.
            // One that arose from its answer wants a second.
            Health found = peer.health();
            if (found != observed && wantsAnswer(found)) {
                schedule.now(peer);
            } else {
                schedule.next(peer);
            }
        }
    }

    private static boolean wantsAnswer(Health found) {
        return found instanceof Health.Suspected
                || (found instanceof Health.Drained drained && drained.silences() == 1);
    }

    private void ask(Peer peer, Health observed) {
        BooleanSupplier moved = probe.watch(peer);
        SQLException lastResort;
        try {
            lastResort = probe.check(peer);
        } catch (SQLException e) {
            if (schedule.isRunning()) {
                findings.checkFailed(peer, observed, sorter.sort(e, Phase.CONNECT), e, moved);
            } else {
                // Ended with the checks, which interrupts what they wait for.
                findings.abandoned(peer, observed);
            }
            return;
        } catch (VirtualMachineError e) {
            // It says nothing of the peer, which is asked again when its time has come.
            throw e;
        } catch (RuntimeException | Error e) {
            // A driver that breaks must not end the checks of this peer for ever.
            SQLException failure = new SQLException("the check itself failed: " + e, "58000", e);
            findings.checkFailed(
                    peer, observed, new Verdict("check failed", true, Verdict.Standing.DOWN, false), failure, moved);
            return;
        }
        peer.checks.foundWell();
        findings.checked(peer, observed, lastResort);
    }
}
