/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.config.Settings;
import io.peerage.peer.PeerGroup;
import io.peerage.peer.Scheduler;
import io.peerage.peer.Ticker;
import java.util.List;

/**
 * What a group does by itself: it begins with the first managed connection, and goes on for two check intervals after the
 * last one. Without a pool each request makes one and ends it, and a peer that is down must come back in between.
 *
 * <p>Thread-safe.
 */
public final class BackgroundWork {

    /** A part of it. */
    interface Part {
        void start();

        void stop();
    }

    private final PeerGroup group;
    private final List<Part> parts;
    private final Runnable readPeers;
    private final String settings;
    private final long lingerNanos;
    private final GroupLog log;
    private final Scheduler scheduler;
    private final Ticker ticker;

    /** How many managed connections there are. Guarded by {@code this}, like the following. */
    private int members;

    private volatile boolean running;
    /** Whether it is to be looked at later whether this may end. */
    private boolean endPlanned;
    /** When the last managed connection ended. */
    private long idleSince;

    /** @param readPeers has the peers read anew, on the caller's thread */
    BackgroundWork(
            PeerGroup group,
            List<Part> parts,
            Runnable readPeers,
            Settings settings,
            GroupLog log,
            Scheduler scheduler,
            Ticker ticker) {
        this.group = group;
        this.parts = parts;
        this.readPeers = readPeers;
        this.settings = settings.toString();
        this.lingerNanos = 2 * settings.checkInterval().toNanos();
        this.log = log;
        this.scheduler = scheduler;
        this.ticker = ticker;
    }

    /** Counts a managed connection about to be made. */
    void join() {
        catchUp();
        synchronized (this) {
            members++;
            if (!running) {
                running = true;
                log.started(settings);
                group.start();
                parts.forEach(Part::start);
            }
        }
    }

    /** Counts a managed connection no more. */
    synchronized void leave() {
        members--;
        if (members == 0) {
            idleSince = ticker.nanos();
            planEnd(lingerNanos);
        }
    }

    private void planEnd(long delayNanos) {
        if (!endPlanned) {
            endPlanned = true;
            scheduler.after(delayNanos, this::endIfIdle);
        }
    }

    private synchronized void endIfIdle() {
        endPlanned = false;
        if (members > 0 || !running) {
            return;
        }
        long left = lingerNanos - (ticker.nanos() - idleSince);
        if (left > 0) {
            planEnd(left);
        } else {
            stop();
            log.stopped();
        }
    }

    /**
     * Reads the peers anew if nobody does it by itself, because the group rests. With no lock of the group held: a slow file
     * or name service holds up those alone who come now.
     */
    public void catchUp() {
        if (!running) {
            readPeers.run();
        }
    }

    /** Ends it, however many managed connections there are. */
    public synchronized void stop() {
        running = false;
        group.stop();
        parts.forEach(Part::stop);
    }
}
