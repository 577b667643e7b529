/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The table of the properties a deployer sets: name, type, default, what is allowed and what it means. The bean, ra.xml
 * and the README follow it, and a test holds them to it. The order is what an operator should see first. Immutable.
 */
public enum Setting {
    PEERS(
            "Peers",
            "",
            text(),
            "The database servers, separated by commas or white space. Each is host:port or a JDBC URL of one server,"
                    + " optionally with name@ in front and ?user=... behind, joined by ampersands further ones:"
                    + " password, weight, driver properties; values there are percent-encoded. dns:host:port"
                    + " makes each address of the host a peer. Empty: PeersFile lists them."),
    DATABASE_NAME(
            "DatabaseName",
            "",
            text(),
            "The database (schema) to use where a peer names none of its own. Empty: none."),
    USER_NAME(
            "UserName",
            "",
            text(),
            "The database user where a peer names none of its own. Empty: no user name is sent."),
    PASSWORD("Password", "", text(), "The password of the user, kept exactly as given. Empty: no password."),
    DRIVER(
            "Driver",
            "mysql",
            matching(
                    "mysql|mariadb|postgresql|[\\p{L}_$][\\p{L}\\p{N}_$]*(\\.[\\p{L}_$][\\p{L}\\p{N}_$]*)+",
                    "mysql, mariadb, postgresql, or the full class name of a javax.sql.XADataSource"),
            "The JDBC driver: mysql (Connector/J, carried along), mariadb or postgresql, or the full class name of any"
                    + " javax.sql.XADataSource. All but mysql need the driver's jar in the server."),
    CONNECTION_PROPERTIES(
            "ConnectionProperties",
            "",
            text(),
            "Driver properties for all peers: name=value;name=value. A semicolon, a backslash, or an ampersand in front of name= within a value has a"
                    + " backslash in front. Empty: only those that Peerage sets itself."),
    PEERS_FILE(
            "PeersFile",
            "",
            text(),
            "Path of a properties file with a block per peer, in place of Peers: name.url=..., or name.host=... and"
                    + " name.port=..., then name.user, name.password, name.database, name.weight, and"
                    + " the driver's properties as name.property. It is read again while the pool lives, and changes"
                    + " take effect within about a second. Empty: Peers lists them."),
    SELECTION(
            "Selection",
            "random",
            choiceOrClass(
                    "io.peerage.peer.Selection", "random", "round-robin", "least-connections", "fastest", "affinity"),
            "How the peer of a unit of work is chosen among the healthy ones: random (by weight); round-robin;"
                    + " least-connections (the fewest units of work running, by weight, random among equals); fastest"
                    + " (the quicker of two random ones, by the recent time of a unit of work); affinity (the first in"
                    + " the order given that can serve, alone, while it lives: a single writer); or the full class name of an io.peerage.peer.Selection."),
    CHECK_INTERVAL_SECONDS(
            "CheckIntervalSeconds",
            "30",
            range(1, 86_400, "seconds"),
            "How often each peer is probed; also how soon one that was down comes back. Seconds."),
    ACQUIRE_TIMEOUT_MILLIS(
            "AcquireTimeoutMillis",
            "10000",
            range(1, 3_600_000, "milliseconds"),
            "How long one request for a connection may take in all, over all the peers it tries. Milliseconds."),
    CONNECT_TIMEOUT_MILLIS(
            "ConnectTimeoutMillis",
            "2000",
            range(1, 600_000, "milliseconds"),
            "How long to wait for a peer to accept a connection, and for each of its answers during the login."
                    + " Milliseconds; PostgreSQL and drivers named by class round up to whole seconds."),
    SOCKET_TIMEOUT_MILLIS(
            "SocketTimeoutMillis",
            "0",
            range(0, 86_400_000, "milliseconds, 0 = no limit"),
            "How long a statement may wait for data from the peer before its connection counts as broken."
                    + " Milliseconds; 0: no limit."),
    VALIDATION_TIMEOUT_MILLIS(
            "ValidationTimeoutMillis",
            "1000",
            range(1, 600_000, "milliseconds"),
            "How long a ping of an idle connection may take before the connection is replaced. Milliseconds."),
    VALIDATE_AFTER_IDLE_MILLIS(
            "ValidateAfterIdleMillis",
            "5000",
            range(0, 86_400_000, "milliseconds, 0 = before each use"),
            "How long a connection may be idle before it is pinged on its next use. One whose socket cannot be looked"
                    + " at (see PEERAGE-003 in the log) is pinged before each use in any case. Milliseconds; 0: before each"
                    + " use."),
    HUNG_AFTER_MILLIS(
            "HungAfterMillis",
            "10000",
            range(0, 86_400_000, "milliseconds, 0 = off"),
            "How long a call to a peer may run before the peer is probed; if it does not answer the probe either, it is"
                    + " down and the calls that hang on it are ended. A slow call on a peer that answers goes on."
                    + " Milliseconds; 0: off."),
    MAX_LIFETIME_SECONDS(
            "MaxLifetimeSeconds",
            "1800",
            range(0, 31_536_000, "seconds, 0 = no limit"),
            "How old a physical connection may get before it is replaced while idle; each one's limit is up to a tenth"
                    + " lower, at random. Seconds; 0: no limit."),
    REBALANCE_PER_SECOND(
            "RebalancePerSecond",
            "2",
            range(0, 1_000, "connections per second, 0 = off"),
            "How many idle connections at the most move per second from peers that own too many to peers that own too"
                    + " few, so that a peer that came back is eased in. 0: off."),
    READINESS_CHECK(
            "ReadinessCheck",
            "auto",
            matching("(?s).{1,4000}", "auto, none, or an SQL query"),
            "What a new connection must pass before its peer counts as able to serve: auto (MySQL and MariaDB: not"
                    + " read-only, not offline, as a Galera node with a quorum, as a member of a replication group ONLINE"
                    + " with the majority; PostgreSQL: not in recovery; others: a ping); none; or an SQL query that must return a row whose first column is neither"
                    + " null, 0 nor false."),
    WHEN_ALL_DOWN(
            "WhenAllDown",
            "wait",
            choice("wait", "fail"),
            "What a request does while all peers are down: wait, at most AcquireTimeoutMillis, for the first to come"
                    + " up; or fail at once."),
    TWO_PHASE_COMMIT(
            "TwoPhaseCommit",
            "true",
            new Allowed.Flag(),
            "Whether transactions of the transaction manager are XA branches on the peer. false, for peers that cannot do"
                    + " XA (Galera, ProxySQL, MaxScale): they are local transactions there; one that needs two phases,"
                    + " because other resources take part, is refused and rolled back."),
    RECOVERY_POLICY(
            "RecoveryPolicy",
            "strict",
            choice("strict", "bestEffort"),
            "What recovery does when a peer cannot be asked for its branches: strict: it fails, so that the transaction"
                    + " manager asks again and forgets nothing; bestEffort: it goes on with those of the other peers."),
    RECOVERY_WAIT_SECONDS(
            "RecoveryWaitSeconds",
            "120",
            range(0, 86_400, "seconds, 0 = do not wait"),
            "How long recovery waits for a peer that cannot be asked, counted from the first time in a row."
                    + " Seconds; 0: it does not wait."),
    EXCEPTION_SORTER(
            "ExceptionSorter",
            "",
            matching(
                    "[\\p{L}_$][\\p{L}\\p{N}_$]*(\\.[\\p{L}_$][\\p{L}\\p{N}_$]*)*",
                    "the class name of an io.peerage.peer.ExceptionSorter"),
            "Class name of an io.peerage.peer.ExceptionSorter that decides what an SQLException means. Empty: the one"
                    + " for the driver."),
    GROUP_NAME(
            "GroupName",
            "",
            matching("[\\p{L}\\p{N}._ -]{1,64}", "up to 64 letters, digits, spaces and . _ -"),
            "Name of the pool in logs and MBeans. Empty: made of the names of the peers.");

    private final String propertyName;
    private final String defaultText;

    // records of immutable parts; saying so takes an annotation from a library we do without
    @SuppressWarnings("ImmutableEnumChecker")
    private final Allowed allowed;

    private final String meaning;

    Setting(String propertyName, String defaultText, Allowed allowed, String meaning) {
        this.propertyName = propertyName;
        this.defaultText = defaultText;
        this.allowed = allowed;
        this.meaning = meaning;
    }

    /** Returns the name as a deployer writes it. */
    public String propertyName() {
        return propertyName;
    }

    /** Returns the type of the bean property: String, Integer or Boolean. */
    public Class<?> type() {
        return allowed.type();
    }

    /** Returns the default as ra.xml has it; empty if the property is unset by default. */
    public String defaultText() {
        return defaultText;
    }

    /** Returns the default as the bean has it: of {@link #type()}, an empty string if unset. */
    public Object defaultValue() {
        return check(defaultText);
    }

    /** Returns what is allowed, as the end of the sentence "x is not allowed: ...". */
    public String allowed() {
        return allowed.describe();
    }

    /** Returns one or two sentences for ra.xml and the README: the meaning, the unit, what 0 or empty means. */
    public String meaning() {
        return meaning;
    }

    /** Returns whether consoles must mask the value. */
    public boolean confidential() {
        return this == PASSWORD;
    }

    /** Returns what a bean keeps of {@code given}: what {@link #check} makes of it, or itself if that refuses it. */
    Object keep(@Nullable Object given) {
        String text = text(given);
        if (given == null || text.isEmpty()) {
            return defaultValue();
        }
        Object value = allowed.parse(text);
        return value == null ? given : value;
    }

    /**
     * Returns the value that {@code given} stands for: trimmed, the default for null or blank.
     *
     * @throws BadSettingException if it is not allowed
     */
    Object check(@Nullable Object given) {
        String text = text(given);
        if (text.isEmpty()) {
            return defaultText.isEmpty() ? "" : check(defaultText);
        }
        Object value = allowed.parse(text);
        if (value == null) {
            throw new BadSettingException(propertyName, show(text), allowed.describe());
        }
        return value;
    }

    private String text(@Nullable Object given) {
        if (given == null) {
            return "";
        }
        // white space may be part of a password
        return confidential() ? given.toString() : given.toString().strip();
    }

    /** Returns {@code value} as logs may show it. */
    String show(Object value) {
        return switch (this) {
            case PASSWORD -> value.equals("") ? "" : Secrets.MASK;
            case PEERS -> Secrets.maskPeers(value.toString());
            case CONNECTION_PROPERTIES -> Secrets.maskProperties(value.toString());
            default -> value.toString();
        };
    }

    private static Allowed text() {
        return new Allowed.Text(".*", "any text");
    }

    private static Allowed matching(String form, String describe) {
        return new Allowed.Text(form, describe);
    }

    private static Allowed choice(String... words) {
        return new Allowed.Choice(List.of(words));
    }

    private static Allowed choiceOrClass(String type, String... words) {
        String name = "[\\p{L}_$][\\p{L}\\p{N}_$]*(\\.[\\p{L}_$][\\p{L}\\p{N}_$]*)+";
        return new Allowed.ChoiceOr(List.of(words), new Allowed.Text(name, "the full class name of an " + type));
    }

    private static Allowed range(int least, int most, String unit) {
        return new Allowed.Range(least, most, unit);
    }
}
