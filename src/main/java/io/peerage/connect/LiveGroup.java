/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.config.Extensions;
import io.peerage.config.PeersFile;
import io.peerage.config.Settings;
import io.peerage.config.WhenAllDown;
import io.peerage.net.Resolver;
import io.peerage.peer.ExceptionSorter;
import io.peerage.peer.Peer;
import io.peerage.peer.PeerGroup;
import io.peerage.peer.RandomSource;
import io.peerage.peer.SafeSorter;
import io.peerage.peer.Scheduler;
import io.peerage.peer.SlotRegistry;
import io.peerage.peer.Ticker;
import io.peerage.server.ServerId;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A peer group at work: opens connections to its peers, deals them at boundaries, and passes on what their failures
 * mean. Its checks run while it has managed connections.
 *
 * <p>Thread-safe.
 */
public final class LiveGroup {

    private final String name;
    private final Scheduler scheduler;
    private final long lingerNanos;
    private final PeerGroup group;
    private final Connector connector;
    private final Acquirer acquirer;
    private final Boundary boundary;
    private final LinkFailures failures;
    private final Housekeeper housekeeper;
    private final HungCallWatchdog watchdog;
    private final PeerDirectory membership;
    private final DeclaredPeers declared;
    private final @Nullable PeersWatch watch;
    private final Ticker ticker;
    private final GroupLog log;
    private final String settings;
    /** Guarded by {@code this}. */
    private final Map<Credentials, SlotRegistry> registries = new HashMap<>();

    private final RandomSource random;
    /** How many managed connections there are. Guarded by {@code this}. */
    private int members;

    /** Whether the checks run. Guarded by {@code this}. */
    private boolean running;

    /** The end of the checks that is planned; null if none is. Guarded by {@code this}. */
    private @Nullable Rest rest;

    /** An end of the checks to come, which counts only while it is the one that is planned. */
    private static final class Rest {
        Runnable cancel = () -> {};
    }

    /**
     * @param loader where the driver is looked for first
     * @throws io.peerage.config.BadSettingException if the driver cannot be had, or refuses a setting
     */
    public LiveGroup(Settings settings, ClassLoader loader, Scheduler scheduler, Ticker ticker, RandomSource random) {
        this(settings, null, loader, Resolver.system(), scheduler, ticker, random);
    }

    /**
     * @param source where the peers are to be read again; null if they never change
     * @param loader where the driver is looked for first
     * @param resolver where the servers' names are looked up
     * @throws io.peerage.config.BadSettingException if the driver cannot be had, or refuses a setting
     */
    public LiveGroup(
            Settings settings,
            @Nullable PeersFile source,
            ClassLoader loader,
            Resolver resolver,
            Scheduler scheduler,
            Ticker ticker,
            RandomSource random) {
        this.settings = settings.toString();
        this.name = settings.groupName();
        this.scheduler = scheduler;
        this.lingerNanos = 2 * settings.checkInterval().toNanos();
        this.ticker = ticker;
        this.random = random;
        this.log = new GroupLog(settings.groupName());
        ExceptionSorter sorter = new SafeSorter(
                Extensions.sorter(settings, loader),
                settings.driver().exceptionSorter(),
                failure -> log.broken(
                        "the ExceptionSorter " + settings.exceptionSorter(), "the driver's own decides", failure));
        this.connector = new Connector(settings, loader, resolver, ticker, random, log);
        this.declared = new DeclaredPeers(
                settings.peers(),
                resolver,
                log,
                scheduler,
                settings.checkInterval().toNanos());
        List<Target> targets = connector.targets(declared.now());
        this.group = new PeerGroup(
                targets,
                Extensions.selection(settings, loader),
                settings.checkInterval().toNanos(),
                ticker,
                random,
                log,
                scheduler,
                new HealthProbe(connector::probe, this::userSlots, ticker),
                sorter);
        log.unpeekable(targets);
        log.refusedByDriver(targets);
        LoginPauses pauses = new LoginPauses(ticker);
        this.membership = new PeerDirectory(group, connector, pauses, log);
        declared.follow(membership::change);
        this.watch = source == null ? null : new PeersWatch(source, declared::declare, log, scheduler, ticker);
        this.acquirer = new Acquirer(
                settings.groupName(),
                group,
                connector,
                sorter,
                pauses,
                ticker,
                settings.whenAllDown() == WhenAllDown.WAIT);
        this.failures = new LinkFailures(group, sorter);
        this.boundary = new Boundary(
                group,
                acquirer,
                sorter,
                scheduler,
                ticker,
                settings.acquireTimeout().toNanos(),
                settings.validateAfterIdle().toNanos(),
                settings.validationTimeout().toMillis());
        this.housekeeper = new Housekeeper(
                group,
                this::userSlots,
                connector,
                sorter,
                pauses,
                scheduler,
                ticker,
                random,
                settings.rebalancePerSecond());
        this.watchdog = new HungCallWatchdog(
                group, this::userSlots, scheduler, ticker, settings.hungAfter().toNanos());
    }

    /** Returns the peers and their health. */
    public PeerGroup peers() {
        return group;
    }

    /** Returns the clock of this group. */
    public Ticker ticker() {
        return ticker;
    }

    /** Returns what this group is called in logs. */
    public String name() {
        return name;
    }

    /** Says that a listener of the container threw {@code failure}. */
    public void listenerFailed(String listener, Throwable failure) {
        log.listenerFailed(listener, failure);
    }

    /** Returns the threads that work for this group. */
    public Scheduler scheduler() {
        return scheduler;
    }

    /** Counts a managed connection about to be made; with the first one the checks begin. */
    public void join() {
        catchUp();
        begin();
    }

    private synchronized void begin() {
        members++;
        wakeUp();
        if (!running) {
            running = true;
            log.started(settings);
            group.start();
            housekeeper.start();
            watchdog.start();
            declared.start();
            if (watch != null) {
                watch.start();
            }
        }
    }

    /**
     * Reads the peers anew if nobody does it in the background, because the group rests. With no lock of the group held: a
     * slow file or name service holds up those alone who come now.
     */
    public void catchUp() {
        if (watch != null && rests()) {
            watch.look();
        }
    }

    private synchronized boolean rests() {
        return !running;
    }

    /** Returns the peers that were removed and still have a connection, which ends with what runs on it. */
    public List<Peer> leaving() {
        return membership.leaving();
    }

    /** Has {@code removed} told of each peer that was removed, and {@code returned} of each that is listed again. */
    public void listen(Consumer<Peer> removed, Consumer<Peer> returned) {
        membership.listen(removed, returned);
    }

    private synchronized void wakeUp() {
        if (rest != null) {
            rest.cancel.run();
            rest = null;
        }
    }

    /**
     * Takes back what {@link #join} counted. After the last one the checks go on for two intervals: without a pool each
     * request joins and leaves, and a peer that is down must come back in between.
     */
    public synchronized void leave() {
        if (--members == 0) {
            wakeUp();
            Rest next = new Rest();
            rest = next;
            next.cancel = scheduler.after(lingerNanos, () -> rest(next));
        }
    }

    /** Ends the checks and everything else that runs by itself. */
    public synchronized void stop() {
        running = false;
        wakeUp();
        group.stop();
        housekeeper.stop();
        watchdog.stop();
        declared.stop();
        if (watch != null) {
            watch.stop();
        }
    }

    private synchronized List<UserSlots> userSlots() {
        List<UserSlots> all = new ArrayList<>(registries.size());
        registries.forEach((credentials, registry) -> all.add(new UserSlots(credentials, registry)));
        return all;
    }

    private synchronized void rest(Rest mine) {
        if (rest == mine && running) {
            stop();
            log.stopped();
        }
    }

    /**
     * Opens a connection for a new managed connection, which has joined.
     *
     * @throws SQLException if no peer could be connected to within {@code AcquireTimeoutMillis}
     */
    public PhysicalConnection open(Credentials credentials) throws SQLException {
        return boundary.open(credentials, boundary.deadline(ticker.nanos()));
    }

    /** Returns what a request meets that finds every peer unable to serve, or null if one can serve now. */
    public @Nullable SQLException nobodyServes() {
        return group.draw() == null ? AllPeersDownException.of(name, group.peers(), Map.of(), ticker.nanos(), 0) : null;
    }

    /** Returns the servers that the address of {@code peer} has led to lately, of a pool with TwoPhaseCommit. */
    public Set<ServerId> serversSeen(Peer peer) {
        return connector.serversSeen(peer);
    }

    /** Forgets what servers the address of {@code peer} has led to. */
    public void forgetServers(Peer peer) {
        connector.forgetServers(peer);
    }

    /**
     * Opens a short-lived connection for the branches of {@code peer}, which is not asked whether it can serve; the
     * caller closes it.
     *
     * @throws SQLException if the peer cannot be connected to
     */
    public PhysicalConnection openForRecovery(Peer peer, Credentials credentials) throws SQLException {
        return connector.openForRecovery(peer, credentials);
    }

    /** Returns the slot of a new managed connection, which has joined, with {@code first} in it. */
    public synchronized ConnectionSlot slot(Credentials credentials, PhysicalConnection first) {
        SlotRegistry registry = registries.computeIfAbsent(credentials, any -> new SlotRegistry(random));
        return new ConnectionSlot(boundary, failures, registry, credentials, first);
    }

    /** Ends {@code slot} for good, and what {@link #join} counted; returns false if that was done before. */
    public boolean leave(ConnectionSlot slot) {
        if (!slot.leave()) {
            return false;
        }
        synchronized (this) {
            registries.values().removeIf(registry -> registry.size() == 0);
        }
        leave();
        return true;
    }

    /** Returns what is to be told of each failure that is met on one of its connections. */
    public LinkFailures failures() {
        return failures;
    }
}
