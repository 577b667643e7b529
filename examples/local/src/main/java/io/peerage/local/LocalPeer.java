/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A real database server (MariaDB, unless another {@link Flavour} is asked for) on a free port of 127.0.0.1 that can be
 * killed, frozen and restarted, with the empty database {@link #DATABASE} and the account {@link #USER}. Its data go
 * when it is closed or the JVM ends. Thread-safe.
 */
public final class LocalPeer implements AutoCloseable {

    /** Name of the database that every peer has. */
    public static final String DATABASE = Flavour.DATABASE;

    /** An account with all rights on {@link #DATABASE} and no others, so that {@code read_only} binds it. */
    public static final String USER = Flavour.USER;

    /** What {@link #USER} logs in with. */
    public static final String PASSWORD = Flavour.PASSWORD;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,32}");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z0-9_]+");
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

    private final String name;
    private final int port;
    private final Flavour flavour;
    private final Path directory;
    private final List<String> extraOptions;
    private final Thread shutdownHook = new Thread(this::end, "peerage-local-peer-shutdown");

    /** Writes guarded by "this"; null before the first start. */
    private volatile @Nullable ServerProcess process;

    /** Writes guarded by "this". */
    private volatile boolean closed;

    private LocalPeer(String name, Flavour flavour, DataTemplate template, List<String> extraOptions) {
        this.name = name;
        this.flavour = flavour;
        this.extraOptions = extraOptions;
        this.port = Ports.free();
        this.directory = Directories.temporary(name);
        template.copyTo(data());
        flavour.own(directory);
    }

    /** Starts a MariaDB server without TLS, as {@link #start(Flavour, String, String...)} does. */
    public static LocalPeer start(String name, String... extraServerOptions) {
        return start(Flavours.mariaDb(), name, extraServerOptions);
    }

    /**
     * Starts a server and returns when it accepts logins.
     *
     * @param name how to call it in messages
     * @param extraServerOptions further options of its program such as {@code --max-connections=5}; they win over ours
     * @throws IllegalStateException with the end of the server's log, if it does not start
     */
    public static LocalPeer start(Flavour flavour, String name, String... extraServerOptions) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("name is '" + name + "', allowed is " + NAME);
        }
        return start(name, flavour, flavour.template(), List.of(extraServerOptions));
    }

    /** Starts MariaDB servers without TLS, as {@link #startAll(Flavour, int)} does. */
    public static List<LocalPeer> startAll(int count) {
        return startAll(Flavours.mariaDb(), count);
    }

    /** Starts {@code peer1} to {@code peerN} at the same time; if one does not start, none is left running. */
    public static List<LocalPeer> startAll(Flavour flavour, int count) {
        DataTemplate template = flavour.template();
        List<CompletableFuture<LocalPeer>> starting = IntStream.rangeClosed(1, count)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> start("peer" + i, flavour, template, List.of()),
                        task -> new Thread(task, "peerage-local-peer-start-" + i).start()))
                .toList();
        List<LocalPeer> started = new ArrayList<>();
        RuntimeException failure = null;
        for (CompletableFuture<LocalPeer> one : starting) {
            try {
                started.add(one.join());
            } catch (CompletionException e) {
                failure = new IllegalStateException("Cannot start " + count + " peers", e.getCause());
            }
        }
        if (failure != null) {
            started.forEach(LocalPeer::close);
            throw failure;
        }
        return List.copyOf(started);
    }

    private static LocalPeer start(
            String name, Flavour flavour, DataTemplate template, List<String> extraServerOptions) {
        LocalPeer peer = prepare(name, flavour, template, extraServerOptions);
        try {
            peer.launch(List.of());
            return peer;
        } catch (RuntimeException e) {
            peer.close();
            throw e;
        }
    }

    /** Prepares a server that is not started yet; {@link #restart(List)} starts it. */
    static LocalPeer prepare(String name, Flavour flavour, DataTemplate template, List<String> extraServerOptions) {
        LocalPeer peer = new LocalPeer(name, flavour, template, extraServerOptions);
        Runtime.getRuntime().addShutdownHook(peer.shutdownHook);
        return peer;
    }

    /** Returns what this peer is called. */
    public String name() {
        return name;
    }

    /** Returns the TCP port on 127.0.0.1, the same for the life of this object. */
    public int port() {
        return port;
    }

    /** Returns {@code 127.0.0.1:port}. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    /** Returns the operating system's id of the last server process, running or not. */
    public long pid() {
        return started().pid();
    }

    /** Tells whether the server process exists; a frozen one does. */
    public boolean isRunning() {
        ServerProcess current = process;
        return current != null && current.isAlive();
    }

    /** Tells whether the server process is stopped by {@link #freeze()}. */
    public boolean isFrozen() {
        ServerProcess current = process;
        return current != null && current.isFrozen();
    }

    /** Sends SIGKILL, as a crash or the kernel's memory killer would, and returns when the process is gone. */
    public synchronized void kill() {
        started().kill();
    }

    /** Sends SIGSTOP: from now on the kernel accepts connections and nobody answers them. */
    public synchronized void freeze() {
        started().freeze();
    }

    /** Sends SIGCONT: undoes {@link #freeze()}. */
    public synchronized void thaw() {
        started().thaw();
    }

    /** Ends the server in order, as an administrator does; killed if it takes too long. Frozen ones are thawed. */
    public synchronized void stop() {
        started().terminate(flavour.stopSignal(), STOP_LIMIT);
    }

    /** Stops what still runs, starts the server again on its port and data, and returns when it accepts logins. */
    public synchronized void restart() {
        restart(List.of());
    }

    /** As {@link #restart()}, with options for this start alone; also the first start of a prepared one. */
    synchronized void restart(List<String> onceOptions) {
        if (process != null) {
            stop();
        }
        launch(onceOptions);
    }

    /**
     * Runs SQL on this server as its administrator: with MySQL and MariaDB through the server's own command-line client
     * and its Unix socket, so that neither a JDBC driver nor a full server nor a firewall rule stands in the way; with
     * PostgreSQL by JDBC.
     *
     * @return the rows, one per line, columns separated by tabs, without headings
     * @throws IllegalStateException with the server's message, if a statement fails
     */
    public String execute(String sql) {
        return flavour.execute(data(), port, sql);
    }

    /** Returns a number of {@code SHOW GLOBAL STATUS}, for example {@code Threads_connected}. */
    public long status(String variable) {
        if (!VARIABLE.matcher(variable).matches()) {
            throw new IllegalArgumentException("variable is '" + variable + "', allowed is " + VARIABLE);
        }
        // "=" and not LIKE: the underscore of most names is a wildcard there.
        String row = execute("SHOW GLOBAL STATUS WHERE Variable_name = '" + variable + "'");
        if (row.isEmpty()) {
            throw new IllegalArgumentException("variable is '" + variable + "', which the server does not know");
        }
        return Long.parseLong(row.substring(row.indexOf('\t') + 1));
    }

    /** Kills the server, frozen or not, and deletes its data. */
    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(shutdownHook);
        } catch (IllegalStateException shuttingDown) {
            // Then the hook runs by itself, and finds nothing left to do.
        }
    }

    @Override
    public String toString() {
        return name + "@" + address();
    }

    private void end() {
        closed = true;
        ServerProcess current = process;
        if (current != null) {
            // Before taking the lock: a restart() that holds it gives up as soon as its process has ended.
            current.kill();
        }
        synchronized (this) {
            ServerProcess last = process;
            if (last != null) {
                last.kill();
            }
            Directories.delete(directory);
        }
    }

    private synchronized void launch(List<String> onceOptions) {
        if (closed) {
            throw new IllegalStateException(name + " is closed");
        }
        List<String> command = new ArrayList<>(flavour.server(data(), port));
        command.addAll(extraOptions);
        command.addAll(onceOptions);
        flavour.beforeStart(data());
        ServerProcess launched = ServerProcess.start(name, data(), directory.resolve("server.log"), command);
        process = launched;
        launched.awaitReady(() -> flavour.isReady(data(), port), START_LIMIT);
    }

    private ServerProcess started() {
        ServerProcess current = process;
        if (current == null || closed) {
            throw new IllegalStateException(name + " is closed");
        }
        return current;
    }

    Path data() {
        return directory.resolve("data");
    }

    /** Tells whether its files are still there, for a test that looks at what is left. */
    boolean hasFiles() {
        return Files.exists(directory);
    }
}
