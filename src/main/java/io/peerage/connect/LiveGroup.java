/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.config.Configuration;
import io.peerage.config.Extensions;
import io.peerage.config.PeersFile;
import io.peerage.config.Settings;
import io.peerage.config.WhenAllDown;
import io.peerage.net.Resolver;
import io.peerage.peer.ExceptionSorter;
import io.peerage.peer.PeerGroup;
import io.peerage.peer.RandomSource;
import io.peerage.peer.SafeSorter;
import io.peerage.peer.Scheduler;
import io.peerage.peer.SlotRegistry;
import io.peerage.peer.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The parts of one peer group as {@link #of} puts them together; each caller takes those it needs. Immutable, its parts
 * thread-safe.
 *
 * @param name what it is called in logs
 * @param peers the peers and their health
 * @param directory which peer stands for which line of the configuration
 * @param connector opens connections to certain peers
 * @param failures is to be told of each failure that is met on a connection
 * @param slots those of its managed connections
 * @param background what it does by itself
 * @param scheduler the threads that work for it
 * @param ticker its clock
 */
public record LiveGroup(
        String name,
        PeerGroup peers,
        PeerDirectory directory,
        Connector connector,
        LinkFailures failures,
        ConnectionSlots slots,
        BackgroundWork background,
        GroupLog log,
        Scheduler scheduler,
        Ticker ticker) {

    /**
     * Returns the group that {@code configuration} describes. Its checks run while it has managed connections.
     *
     * @param loader where the driver is looked for first
     * @param resolver where the servers' names are looked up
     * @throws io.peerage.config.BadSettingException if the driver cannot be had, or refuses a setting
     */
    public static LiveGroup of(
            Configuration configuration,
            ClassLoader loader,
            Resolver resolver,
            Scheduler scheduler,
            Ticker ticker,
            RandomSource random) {
        Settings settings = configuration.settings();
        long intervalNanos = settings.checkInterval().toNanos();
        GroupLog log = new GroupLog(settings.groupName());
        ExceptionSorter sorter = new SafeSorter(
                Extensions.sorter(settings, loader),
                settings.driver().exceptionSorter(),
                failure -> log.broken(
                        "the ExceptionSorter " + settings.exceptionSorter(), "the driver's own decides", failure));
        Connector connector = new Connector(settings, loader, resolver, ticker, random, log);
        DeclaredPeers declared = new DeclaredPeers(settings.peers(), resolver, log);
        List<Target> targets = connector.targets(declared.now());
        Map<Credentials, SlotRegistry> registries = new ConcurrentHashMap<>();
        PeerGroup group = new PeerGroup(
                targets,
                Extensions.selection(settings, loader),
                intervalNanos,
                ticker,
                random,
                log,
                scheduler,
                new HealthProbe(connector, registries, ticker),
                sorter);
        log.unpeekable(targets);
        log.refusedByDriver(targets);
        LoginPauses pauses = new LoginPauses(ticker);
        PeerDirectory directory = new PeerDirectory(group, connector, pauses, log);
        declared.follow(directory::change);
        Logins logins = new Logins(group, connector, sorter, pauses);
        LinkFailures failures = new LinkFailures(group, sorter);
        ConnectionSlot.Shared shared = new ConnectionSlot.Shared(
                group,
                new Acquirer(settings.groupName(), group, logins, ticker, settings.whenAllDown() == WhenAllDown.WAIT),
                new IdleCheck(
                        group,
                        sorter,
                        ticker,
                        settings.validateAfterIdle().toNanos(),
                        settings.validationTimeout().toMillis()),
                failures,
                scheduler,
                ticker,
                settings.acquireTimeout().toNanos());
        List<BackgroundWork.Part> parts = new ArrayList<>();
        parts.add(new Housekeeper(group, registries, logins, scheduler, ticker, random, settings.rebalancePerSecond()));
        parts.add(declared.task(scheduler, intervalNanos));
        long hungAfterNanos = settings.hungAfter().toNanos();
        if (hungAfterNanos > 0) {
            parts.add(new HungCallWatchdog(group, registries, ticker, hungAfterNanos).task(scheduler));
        }
        PeersFile source = configuration.peersFile();
        Runnable readPeers = () -> {};
        if (source != null) {
            PeersWatch watch = new PeersWatch(source, declared::declare, log, ticker);
            parts.add(watch.task(scheduler));
            readPeers = watch::look;
        }
        BackgroundWork background = new BackgroundWork(group, parts, readPeers, settings, log, scheduler);
        ConnectionSlots slots = new ConnectionSlots(shared, registries, random, background);
        return new LiveGroup(
                settings.groupName(), group, directory, connector, failures, slots, background, log, scheduler, ticker);
    }
}
