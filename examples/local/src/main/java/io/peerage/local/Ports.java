/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Finds free TCP ports on the loopback address. What it has given to this JVM no other JVM of this user gets from it: a
 * port is also free while its server starts and while a test keeps it down, and whoever took it then would answer in
 * its place. Thread-safe.
 */
public final class Ports {

    // Below the kernel's range for outgoing connections (32768 and up by default): a port found here is not taken by
    // some client while the server that owns it is down for a moment.
    private static final int LOWEST = 15_000;
    private static final int HIGHEST = 32_000;
    private static final int ATTEMPTS = 200;

    /** Guarded by the class. Never closed: with it would go the locks, which the kernel ends with this process. */
    private static @Nullable FileChannel reservations;

    private Ports() {}

    /**
     * Returns a port on which nobody listens now, reserved for this JVM until its end.
     *
     * @throws IllegalStateException if 200 ports drawn at random are all taken
     */
    public static synchronized int free() {
        for (int i = 0; i < ATTEMPTS; i++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
            if (reserve(port) && canBind(port)) {
                return port;
            }
        }
        throw new IllegalStateException(
                "No free port between " + LOWEST + " and " + HIGHEST + " in " + ATTEMPTS + " attempts");
    }

    /** Locks the byte of one file, shared by all JVMs of this user, whose position is the port. */
    static synchronized boolean reserve(int port) {
        Path file = Directories.cache().resolve("ports");
        try {
            FileChannel channel = reservations;
            if (channel == null) {
                channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                reservations = channel;
            }
            return channel.tryLock(port, 1, false) != null;
        } catch (OverlappingFileLockException ours) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot lock a part of " + file, e);
        }
    }

    private static boolean canBind(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
