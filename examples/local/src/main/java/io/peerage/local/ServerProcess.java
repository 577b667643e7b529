/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** One running server of this machine, of one process or more, with its log in a file. Thread-safe. */
final class ServerProcess {

    private static final int LOG_TAIL_LINES = 40;
    private static final long POLL_MILLIS = 20;
    private static final char STOPPED = 'T';
    private static final char ENDED = 'Z';
    private static final char GONE = 'X';
    private static final Duration SIGNAL_LIMIT = Duration.ofSeconds(10);

    private final String name;
    private final Path log;
    private final Process process;

    private ServerProcess(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
    }

    /** Starts the program; its output is appended to the log file. */
    static ServerProcess start(String name, Path directory, Path log, List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            return new ServerProcess(name, log, process);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start " + name, e);
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    boolean isFrozen() {
        return process.isAlive() && state(process.pid()) == STOPPED;
    }

    /**
     * Returns as soon as the condition holds.
     *
     * @throws IllegalStateException with the end of the log, if the process ends before or the limit passes
     */
    void awaitReady(BooleanSupplier ready, Duration limit) {
        long deadlineNanos = System.nanoTime() + limit.toNanos();
        while (!ready.getAsBoolean()) {
            if (ended()) {
                throw new IllegalStateException(name + " ended with status " + process.exitValue()
                        + " before it was ready; its log:\n" + logTail());
            }
            if (System.nanoTime() - deadlineNanos > 0) {
                throw new IllegalStateException(
                        name + " was not ready within " + limit.toSeconds() + " s; its log:\n" + logTail());
            }
        }
    }

    /** Pauses for a moment, or less if the process ends meanwhile. */
    private boolean ended() {
        try {
            return process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for " + name, e);
        }
    }

    /** Sends SIGKILL and returns when the process is gone, with those it has made; works on frozen ones as well. */
    void kill() {
        List<ProcessHandle> others = process.descendants().toList();
        process.destroyForcibly();
        others.forEach(ProcessHandle::destroyForcibly);
        // join() and not waitFor(): an interrupted thread must not leave a process behind.
        process.onExit().join();
        others.forEach(other -> other.onExit().join());
    }

    /** Sends SIGTERM, and SIGKILL to what is still there after the grace; returns when the process is gone. */
    void terminate(Duration grace) {
        terminate("TERM", grace);
    }

    /** As {@link #terminate(Duration)}, with the signal that this server wants. */
    void terminate(String signal, Duration grace) {
        if (!process.isAlive()) {
            return;
        }
        unlessGone(signal);
        thaw();
        process.onExit()
                .completeOnTimeout(process, grace.toMillis(), TimeUnit.MILLISECONDS)
                .join();
        kill();
    }

    /** Sends SIGSTOP and returns when the kernel has stopped the process and those it has made. */
    void freeze() {
        signal("STOP", process.pid());
        awaitReady(() -> state(process.pid()) == STOPPED, SIGNAL_LIMIT);
        process.descendants().forEach(other -> {
            unlessGone("STOP", other.pid());
            awaitReady(() -> runsNoMore(state(other.pid())), SIGNAL_LIMIT);
        });
    }

    private static boolean runsNoMore(char state) {
        return state == STOPPED || state == ENDED || state == GONE;
    }

    /** Sends SIGCONT; without effect on a process that is not frozen or has ended. */
    void thaw() {
        if (!process.isAlive()) {
            return;
        }
        process.descendants().forEach(other -> unlessGone("CONT", other.pid()));
        unlessGone("CONT");
    }

    private void unlessGone(String signal) {
        unlessGone(signal, process.pid());
    }

    private static void unlessGone(String signal, long pid) {
        try {
            signal(signal, pid);
        } catch (IllegalStateException e) {
            // It may have ended meanwhile, by itself or because of a signal before this one.
            if (state(pid) != GONE) {
                throw e;
            }
        }
    }

    private static void signal(String signal, long pid) {
        // The shell's own kill: not every container image has the program.
        Command.run(Path.of("/"), SIGNAL_LIMIT, List.of("/bin/sh", "-c", "kill -" + signal + " " + pid + " 2>&1"));
    }

    /** Returns whether a process has ended and its parent has not asked for it, which a stopped parent never does. */
    static boolean hasEnded(long pid) {
        return state(pid) == ENDED;
    }

    /** Reads the process state from {@code /proc}. */
    private static char state(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            // The second field is the program's name in parentheses and may hold anything.
            return stat.charAt(stat.lastIndexOf(')') + 2);
        } catch (IOException gone) {
            return GONE;
        }
    }

    String logTail() {
        try {
            List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
        } catch (NoSuchFileException e) {
            return "(none)";
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the log of " + name, e);
        }
    }
}
