/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.transaction.xa.XAException;
import org.jspecify.annotations.Nullable;

/**
 * A database server that exists in the test only: its {@link ScriptedDriver} records what each connection is told, and
 * fails where the test says so. Thread-safe.
 */
final class ScriptedServer implements AutoCloseable {

    /** The adapter makes drivers from a class name, so a driver can find its server by the host name only. */
    private static final Map<String, ScriptedServer> RUNNING = new ConcurrentHashMap<>();

    private final String host = "scripted-" + UUID.randomUUID();
    private final List<ScriptedConnection> connections = new CopyOnWriteArrayList<>();
    private final Map<String, String> passwords = new ConcurrentHashMap<>();
    private final Map<String, Throwable> failures = new ConcurrentHashMap<>();
    private final Map<String, Runnable> hooks = new ConcurrentHashMap<>();
    private final Map<String, Throwable> nextFailures = new ConcurrentHashMap<>();
    private final Map<String, Branch> prepared = new ConcurrentSkipListMap<>();
    private final List<PeerManagedConnectionFactory> factories = new CopyOnWriteArrayList<>();

    ScriptedServer() {
        RUNNING.put(host, this);
    }

    static ScriptedServer at(String host) {
        ScriptedServer server = RUNNING.get(host);
        if (server == null) {
            throw new IllegalStateException("no scripted server at " + host);
        }
        return server;
    }

    /** Returns a factory whose only peer is this server, called {@code peer}. */
    PeerManagedConnectionFactory factory() {
        PeerManagedConnectionFactory factory = new PeerManagedConnectionFactory();
        factory.setPeers("peer@" + address());
        factory.setDriver(ScriptedDriver.class.getName());
        factory.setUserName("app");
        factory.setPassword("app-secret");
        factory.setWhenAllDown("fail");
        factories.add(factory);
        return factory;
    }

    /** Returns host and port, as a deployer writes them. */
    String address() {
        return host + ":1";
    }

    /**
     * Makes each call of {@code method}, of whatever object of the driver, throw {@code failure}, checked only where
     * declared.
     */
    void failOn(String method, Throwable failure) {
        failures.put(method, failure);
    }

    /** Ends what {@link #failOn} began. */
    void mend(String method) {
        failures.remove(method);
    }

    /** Has {@code look} run within each call of {@code method}, before it answers, on the caller's thread. */
    void during(String method, Runnable look) {
        hooks.put(method, look);
    }

    /** Makes the next call of {@code method}, on whatever connection, throw {@code failure}. */
    void failNext(String method, Throwable failure) {
        nextFailures.put(method, failure);
    }

    @Nullable Throwable failure(String method) {
        Runnable look = hooks.get(method);
        if (look != null) {
            look.run();
        }
        Throwable next = nextFailures.remove(method);
        return next != null ? next : failures.get(method);
    }

    /** Returns the branches that are prepared: tests may add and remove some. */
    Map<String, Branch> prepared() {
        return prepared;
    }

    /** Returns the password of each user who needs one: tests may add and change some. */
    Map<String, String> passwords() {
        return passwords;
    }

    /** Returns the connections in the order they were opened, the closed ones and those of checks included. */
    List<ScriptedConnection> connections() {
        return connections;
    }

    ScriptedConnection connect(@Nullable String user) {
        ScriptedConnection connection = new ScriptedConnection(this, user);
        connections.add(connection);
        return connection;
    }

    /** Returns how often {@code call} was sent on any connection. */
    long sent(String call) {
        return connections.stream()
                .flatMap(connection -> connection.calls().stream())
                .filter(call::equals)
                .count();
    }

    /** Returns how many connections are open. */
    long open() {
        return connections.stream().filter(connection -> !connection.isClosed()).count();
    }

    /** What a driver throws when the link is lost. */
    static SQLException lost() {
        return new SQLNonTransientConnectionException("link lost", "08S01");
    }

    /** What a driver's XAResource throws when the link is lost. */
    static XAException lost(int code) {
        return xa(code, lost());
    }

    /** What a driver's XAResource throws for an answer of the server. */
    static XAException refused(int code) {
        return xa(code, new SQLException("the server refused", "XAE07", 1399));
    }

    private static XAException xa(int code, SQLException cause) {
        XAException failure = new XAException(cause.getMessage());
        failure.errorCode = code;
        failure.initCause(cause);
        return failure;
    }

    /** Ends the adapters of all factories given out as well. */
    @Override
    public void close() {
        RUNNING.remove(host);
        for (PeerManagedConnectionFactory factory : factories) {
            if (factory.getResourceAdapter() instanceof PeerResourceAdapter adapter) {
                adapter.stop();
            }
        }
    }
}
