/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/**
 * The checked whole of a pool's properties. Immutable; equal by all components, secrets included, so it can tell which
 * pools may share a peer group.
 *
 * @param peers at least one, names and endpoints unique
 * @param driver what is known of the driver
 * @param selection how the peer of a unit of work is chosen: a known word or a class name
 * @param checkInterval how often a peer is probed
 * @param acquireTimeout how long one request may take in all
 * @param connectTimeout how long connecting may wait for a peer, for TCP and for each answer of the login
 * @param socketTimeout how long a statement may wait for data; zero: no limit
 * @param validationTimeout how long a ping may take
 * @param validateAfterIdle how long a connection may be idle before it is pinged; zero: before each use
 * @param hungAfter how long a call may run before its peer is probed; zero: off
 * @param maxLifetime how old a physical connection may get; zero: no limit
 * @param rebalancePerSecond how many idle connections may move to other peers per second; 0: none
 * @param readinessCheck {@code auto}, {@code none} or an SQL query
 * @param whenAllDown what a request does while no peer is available
 * @param twoPhaseCommit whether global transactions are XA branches on the peer, else local transactions
 * @param recoveryPolicy what recovery does when a peer cannot be asked
 * @param recoveryWait how long recovery waits for such a peer; zero: not at all
 * @param exceptionSorter class name; empty: the one of the driver; see {@link io.peerage.errors.ErrorTable}
 * @param groupName name for logs and MBeans; never empty
 */
public record Settings(
        List<PeerSpec> peers,
        DriverProfile driver,
        String selection,
        Duration checkInterval,
        Duration acquireTimeout,
        Duration connectTimeout,
        Duration socketTimeout,
        Duration validationTimeout,
        Duration validateAfterIdle,
        Duration hungAfter,
        Duration maxLifetime,
        int rebalancePerSecond,
        String readinessCheck,
        WhenAllDown whenAllDown,
        boolean twoPhaseCommit,
        RecoveryPolicy recoveryPolicy,
        Duration recoveryWait,
        String exceptionSorter,
        String groupName) {

    /** Copies the list. */
    public Settings {
        peers = List.copyOf(peers);
    }

    /** Reads and checks the properties of {@code bean}. */
    static Configuration of(ConfigurationBean bean) {
        DriverProfile driver = DriverProfile.of(bean.getDriver());
        boolean inFile = !bean.getPeersFile().isEmpty();
        if (!bean.getPeers().isEmpty() && inFile) {
            throw SettingValues.bad(Setting.PEERS_FILE, bean.getPeersFile(), "Peers is set too; set one of the two");
        }
        String text = inFile ? PeersFile.text(bean.getPeersFile()) : "";
        List<PeerDraft> drafts = inFile
                ? PeersFile.parse(bean.getPeersFile(), text, driver)
                : PeersParser.parse(bean.getPeers(), driver);
        if (drafts.isEmpty()) {
            throw SettingValues.bad(
                    Setting.PEERS, bean.getPeers(), "list at least one peer, e.g. db1:3306, or set PeersFile");
        }
        PeerDraft.PoolDefaults pool = new PeerDraft.PoolDefaults(
                driver,
                bean.getDatabaseName(),
                bean.getUserName(),
                bean.getPassword(),
                ConnectionProperties.parse(bean.getConnectionProperties()),
                ConnectionProperties.hidden(bean.getConnectionProperties()));
        List<PeerSpec> peers = complete(drafts, pool, inFile ? Setting.PEERS_FILE : Setting.PEERS);
        return new Configuration(
                of(bean, driver, peers), inFile ? new PeersSource(bean.getPeersFile(), text, pool) : null);
    }

    private static Settings of(ConfigurationBean bean, DriverProfile driver, List<PeerSpec> peers) {
        String groupName = bean.getGroupName();
        return new Settings(
                peers,
                driver,
                bean.getSelection(),
                Duration.ofSeconds(bean.getCheckIntervalSeconds()),
                Duration.ofMillis(bean.getAcquireTimeoutMillis()),
                Duration.ofMillis(bean.getConnectTimeoutMillis()),
                Duration.ofMillis(bean.getSocketTimeoutMillis()),
                Duration.ofMillis(bean.getValidationTimeoutMillis()),
                Duration.ofMillis(bean.getValidateAfterIdleMillis()),
                Duration.ofMillis(bean.getHungAfterMillis()),
                Duration.ofSeconds(bean.getMaxLifetimeSeconds()),
                bean.getRebalancePerSecond(),
                bean.getReadinessCheck(),
                WhenAllDown.valueOf(bean.getWhenAllDown().toUpperCase(Locale.ROOT)),
                bean.getTwoPhaseCommit(),
                RecoveryPolicy.of(bean.getRecoveryPolicy()),
                Duration.ofSeconds(bean.getRecoveryWaitSeconds()),
                bean.getExceptionSorter(),
                groupName.isEmpty() ? names(peers) : groupName);
    }

    /** Returns the peers, each with the pool's values where it has none of its own. */
    static List<PeerSpec> complete(List<PeerDraft> drafts, PeerDraft.PoolDefaults pool, Setting source) {
        List<PeerSpec> peers = new ArrayList<>();
        drafts.forEach(draft -> peers.add(draft.complete(pool)));
        checkUnique(peers, source);
        return peers;
    }

    /** Two peers on one endpoint would give that server two shares and hide that it is one point of failure. */
    private static void checkUnique(List<PeerSpec> peers, Setting source) {
        Map<String, PeerSpec> byName = new HashMap<>();
        Map<String, PeerSpec> byEndpoint = new HashMap<>();
        for (PeerSpec peer : peers) {
            String address = peer.url().isEmpty() ? peer.endpoint() : peer.url();
            PeerSpec sameEndpoint = byEndpoint.put(address.toLowerCase(Locale.ROOT), peer);
            if (sameEndpoint != null) {
                throw SettingValues.bad(
                        source,
                        peer.endpoint(),
                        sameEndpoint.name().equals(peer.name())
                                ? "this endpoint is listed twice"
                                : "the peers " + sameEndpoint.name() + " and " + peer.name()
                                        + " have the same endpoint; list each server once");
            }
            if (byName.put(peer.name(), peer) != null) {
                throw SettingValues.bad(source, peer.name(), "two peers have this name; names are unique");
            }
        }
    }

    private static String names(List<PeerSpec> peers) {
        return String.join(",", peers.stream().map(PeerSpec::name).toList());
    }

    /** Returns the effective value of each property as an operator reads it, on one line, secrets masked. */
    @Override
    public String toString() {
        StringJoiner line = new StringJoiner("; ");
        add(line, Setting.PEERS, peers.stream().map(PeerSpec::toString).collect(Collectors.joining(", ")));
        add(line, Setting.DRIVER, driver.key());
        add(line, Setting.SELECTION, selection);
        add(line, Setting.CHECK_INTERVAL_SECONDS, checkInterval.toSeconds());
        add(line, Setting.ACQUIRE_TIMEOUT_MILLIS, acquireTimeout.toMillis());
        add(line, Setting.CONNECT_TIMEOUT_MILLIS, connectTimeout.toMillis());
        add(line, Setting.SOCKET_TIMEOUT_MILLIS, socketTimeout.toMillis());
        add(line, Setting.VALIDATION_TIMEOUT_MILLIS, validationTimeout.toMillis());
        add(line, Setting.VALIDATE_AFTER_IDLE_MILLIS, validateAfterIdle.toMillis());
        add(line, Setting.HUNG_AFTER_MILLIS, hungAfter.toMillis());
        add(line, Setting.MAX_LIFETIME_SECONDS, maxLifetime.toSeconds());
        add(line, Setting.REBALANCE_PER_SECOND, rebalancePerSecond);
        add(line, Setting.READINESS_CHECK, readinessCheck);
        add(line, Setting.WHEN_ALL_DOWN, whenAllDown.name().toLowerCase(Locale.ROOT));
        add(line, Setting.TWO_PHASE_COMMIT, twoPhaseCommit);
        add(line, Setting.RECOVERY_POLICY, recoveryPolicy.word());
        add(line, Setting.RECOVERY_WAIT_SECONDS, recoveryWait.toSeconds());
        if (!exceptionSorter.isEmpty()) {
            add(line, Setting.EXCEPTION_SORTER, exceptionSorter);
        }
        add(line, Setting.GROUP_NAME, groupName);
        return line.toString();
    }

    private static void add(StringJoiner line, Setting setting, Object value) {
        line.add(setting.propertyName() + "=" + value);
    }
}
