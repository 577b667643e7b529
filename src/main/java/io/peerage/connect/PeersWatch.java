/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.config.BadSettingException;
import io.peerage.config.PeerSpec;
import io.peerage.config.PeersFile;
import io.peerage.peer.Scheduler;
import io.peerage.peer.Ticker;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the file of the peers again and again, off the application's threads, and has what it says take effect. The
 * whole file is read each time: a file of some lines costs nothing, and neither a second write within the clock's grain
 * nor an exchanged symbolic link is missed.
 *
 * <p>What is seen counts only once it has stayed the same for a while, longer where it looks like a part of what was
 * there before. What does not count, because it is missing, half written or wrong, changes nothing and is said once.
 *
 * <p>Thread-safe; one look at a time.
 */
final class PeersWatch {

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long SETTLED_NANOS = TimeUnit.MILLISECONDS.toNanos(400);
    private static final long SETTLED_PART_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final PeersFile source;
    private final Consumer<List<PeerSpec>> change;
    private final GroupLog log;
    private final Ticker ticker;

    /** What took effect last. Guarded by {@code this}, like the following. */
    private String effective;
    /** What was seen last, and since when it is the same. */
    private @Nullable Seen seen;

    private long seenSince;

    /** @param problem why there is no text to use; empty if there is */
    private record Seen(String text, String problem) {}

    /** @param change has peers take effect, or throws a {@link BadSettingException} and changes nothing */
    PeersWatch(PeersFile source, Consumer<List<PeerSpec>> change, GroupLog log, Ticker ticker) {
        this.source = source;
        this.effective = source.firstText();
        this.change = change;
        this.log = log;
        this.ticker = ticker;
    }

    /** Returns what looks again and again. */
    PeriodicTask task(Scheduler scheduler) {
        return new PeriodicTask(scheduler, () -> PAUSE_NANOS, () -> look(SETTLED_NANOS));
    }

    /** Looks once, on the caller's thread: for those who come while nobody else looks. */
    void look() {
        look(0);
    }

    /** @param settledNanos how long what is seen must have been there */
    private synchronized void look(long settledNanos) {
        Seen now = read();
        if (!now.equals(seen)) {
            seen = now;
            seenSince = ticker.nanos();
        }
        if (now.problem.isEmpty() && now.text.equals(effective)) {
            log.usable(source.path());
        } else if (ticker.nanos() - seenSince >= (isPart(now) ? SETTLED_PART_NANOS : settledNanos)) {
            take(now);
        }
    }

    private void take(Seen now) {
        String problem = now.problem;
        if (problem.isEmpty()) {
            try {
                change.accept(source.peers(now.text));
                effective = now.text;
                log.usable(source.path());
                return;
            } catch (BadSettingException e) {
                problem = String.valueOf(e.getMessage());
            }
        }
        log.unusable(source.path(), problem);
    }

    private Seen read() {
        try {
            String text = source.text();
            return new Seen(
                    text,
                    isCutOff(text)
                            ? "PeersFile=" + source.path() + " looks half written: its last line has no end"
                            : "");
        } catch (BadSettingException e) {
            return new Seen("", String.valueOf(e.getMessage()));
        }
    }

    /** The first part of what was there, and its last line a piece of one: what it says there would be wrong. */
    private boolean isCutOff(String text) {
        return !text.isBlank()
                && !text.endsWith("\n")
                && text.length() < effective.length()
                && effective.startsWith(text);
    }

    /** A file of which only the first part has been written may be a well-formed one with fewer peers. */
    private boolean isPart(Seen now) {
        boolean cutOff = effective.endsWith("\n") && !now.text.endsWith("\n");
        return now.problem.isEmpty() && !now.text.isBlank() && (cutOff || effective.startsWith(now.text));
    }
}
