/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.config.PeerSpec;
import io.peerage.net.Resolver;
import io.peerage.peer.Scheduler;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The peers as the deployer declares them. Where a line stands for every address of a name, the name is looked up again
 * at each check interval, off the application's threads, and addresses that come and go are peers added and removed.
 *
 * <p>A name that does not resolve changes nothing, which is said once. An address is gone when two lookups in a row
 * lack it, for a name service may leave some out at random.
 *
 * <p>Thread-safe; one change at a time.
 */
final class DeclaredPeers {

    private final Resolver resolver;
    private final GroupLog log;
    /** Guarded by {@code this}, like the following. */
    private List<PeerSpec> declared;

    private final Map<String, Known> byHost = new HashMap<>();
    private Consumer<List<PeerSpec>> change = peers -> {};

    /** The addresses of a name, in the order in which they were first seen, and those that the last lookup lacked. */
    private static final class Known {
        List<InetAddress> addresses = List.of();
        Set<InetAddress> absent = Set.of();
    }

    DeclaredPeers(List<PeerSpec> declared, Resolver resolver, GroupLog log) {
        this.declared = declared;
        this.resolver = resolver;
        this.log = log;
    }

    /** Returns what looks names up again and again; at first soon, for nobody has looked while the group was at rest. */
    PeriodicTask task(Scheduler scheduler, long intervalNanos) {
        return new PeriodicTask(scheduler, () -> intervalNanos, this::refresh);
    }

    /** Returns the peers of now. Looks up names. */
    synchronized List<PeerSpec> now() {
        return expand(declared);
    }

    /**
     * Has changes take effect.
     *
     * @param change may throw a {@link io.peerage.config.BadSettingException} and change nothing then
     */
    synchronized void follow(Consumer<List<PeerSpec>> change) {
        this.change = change;
    }

    /**
     * Declares other peers.
     *
     * @throws io.peerage.config.BadSettingException if they cannot take effect: nothing has changed then
     */
    synchronized void declare(List<PeerSpec> others) {
        change.accept(expand(others));
        declared = others;
    }

    private synchronized void refresh() {
        if (declared.stream().anyMatch(PeerSpec::everyAddress)) {
            declare(declared);
        }
    }

    private List<PeerSpec> expand(List<PeerSpec> specs) {
        Set<String> endpoints = new HashSet<>();
        specs.stream()
                .filter(spec -> !spec.everyAddress())
                .forEach(spec -> endpoints.add(spec.endpoint().toLowerCase(Locale.ROOT)));
        Set<String> looked = new HashSet<>();
        List<PeerSpec> all = new ArrayList<>();
        for (PeerSpec spec : specs) {
            if (!spec.everyAddress()) {
                all.add(spec);
                continue;
            }
            Known known = byHost.computeIfAbsent(spec.host(), any -> new Known());
            if (looked.add(spec.host())) {
                lookUp(spec.host(), known);
            }
            for (PeerSpec peer : spec.at(known.addresses)) {
                // An address that is listed by itself, or has two names, is one server all the same.
                if (endpoints.add(peer.endpoint().toLowerCase(Locale.ROOT))) {
                    all.add(peer);
                }
            }
        }
        byHost.keySet().retainAll(looked);
        return all;
    }

    private void lookUp(String host, Known known) {
        List<InetAddress> found;
        try {
            found = resolver.addresses(host);
        } catch (UnknownHostException e) {
            log.unusable("the name " + host, "the name " + host + " has no address just now");
            return;
        }
        Set<InetAddress> absent = new HashSet<>(known.addresses);
        found.forEach(absent::remove);
        Set<InetAddress> next = new LinkedHashSet<>(known.addresses);
        next.removeIf(address -> absent.contains(address) && known.absent.contains(address));
        next.addAll(found);
        known.addresses = List.copyOf(next);
        known.absent = absent;
        log.usable("the name " + host);
    }
}
