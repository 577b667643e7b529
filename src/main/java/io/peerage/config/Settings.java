/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
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
