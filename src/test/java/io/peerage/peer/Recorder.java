/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Writes down every event as one short line. Thread-safe. */
final class Recorder implements PeerEvents {

    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());

    private final List<String> failures = Collections.synchronizedList(new ArrayList<>());

    /** Returns the failures that were told of, which are no changes of state. */
    List<String> failures() {
        synchronized (failures) {
            return List.copyOf(failures);
        }
    }

    List<String> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    @Override
    public void down(Peer peer, Throwable cause, long nextCheckNanos) {
        lines.add("down " + peer);
    }

    @Override
    public void up(Peer peer, long afterNanos) {
        lines.add("up " + peer + " after " + Math.round(afterNanos / 1e9) + " s");
    }

    @Override
    public void suspected(Peer peer, Throwable cause) {
        lines.add("suspected " + peer);
    }

    @Override
    public void cleared(Peer peer) {
        lines.add("cleared " + peer);
    }

    @Override
    public void refusing(Peer peer, Throwable cause) {
        lines.add("refusing " + peer);
    }

    @Override
    public void admitting(Peer peer) {
        lines.add("admitting " + peer);
    }

    @Override
    public void lastResort(Peer peer, Throwable cause) {
        lines.add("last resort " + peer);
    }

    @Override
    public void inFullOrder(Peer peer) {
        lines.add("in full order " + peer);
    }

    @Override
    public void changedReason(Peer peer, Health now) {
        Throwable cause = now.cause();
        lines.add("still " + now.word() + " " + peer + ": " + (cause == null ? "nothing" : cause.getMessage()));
    }

    @Override
    public void drained(Peer peer) {
        lines.add("drained " + peer);
    }

    @Override
    public void resumed(Peer peer) {
        lines.add("resumed " + peer);
    }

    @Override
    public void removed(Peer peer) {
        lines.add("removed " + peer);
    }

    @Override
    public void allDown(List<Peer> peers) {
        lines.add("all down");
    }

    @Override
    public void failure(Peer peer, Verdict verdict, SQLException failure) {
        failures.add(verdict.fault() + " of " + peer);
    }
}
