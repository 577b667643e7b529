/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.config.Settings;
import io.peerage.peer.PeerGroup;
import io.peerage.peer.Scheduler;
import java.util.List;

/**
 * What a group does by itself: it begins with the first managed connection, and goes on for two check intervals after
 * the last one. Without a pool each request makes one and ends it, and a peer that is down must come back in between.
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

    /** How many managed connections there are. Guarded by {@code this}, like the following. */
    private int members;

    private volatile boolean running;
    /** Takes back that this is to end, which is planned while there are no managed connections. */
    private Runnable cancelEnd = () -> {};

    /** @param readPeers has the peers read anew, on the caller's thread */
    BackgroundWork(
            PeerGroup group,
            List<Part> parts,
            Runnable readPeers,
            Settings settings,
            GroupLog log,
            Scheduler scheduler) {
        this.group = group;
        this.parts = parts;
        this.readPeers = readPeers;
        this.settings = settings.toString();
        this.lingerNanos = 2 * settings.checkInterval().toNanos();
        this.log = log;
        this.scheduler = scheduler;
    }

    /** Counts a managed connection about to be made. */
    void join() {
        catchUp();
        synchronized (this) {
            members++;
            cancelEnd.run();
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
            cancelEnd = scheduler.after(lingerNanos, this::endIfIdle);
        }
    }

    /** One that was cancelled too late, and finds no managed connections again, ends this early, which does no harm. */
    private synchronized void endIfIdle() {
        if (members == 0 && running) {
            stop();
            log.stopped();
        }
    }

    /**
     * Reads the peers anew if nobody does it by itself, because the group rests. With no lock of the group held: a slow
     * file or name service holds up those alone who come now.
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
