/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tells from {@code /proc} where a process listens. Thread-safe. */
public final class BoundSockets {

    private static final String TCP_LISTEN = "0A";

    private BoundSockets() {}

    /** Returns address and port of each listening TCP and each bound UDP socket, {@code address:port}. */
    public static List<String> of(long pid) throws IOException {
        Set<String> own = inodes(pid);
        List<String> bound = new ArrayList<>();
        for (String table : List.of("tcp", "tcp6", "udp", "udp6")) {
            List<String> lines = Files.readAllLines(Path.of("/proc/net", table));
            for (String line : lines.subList(1, lines.size())) {
                String[] fields = line.trim().split("\\s+", -1);
                boolean listens = table.startsWith("udp") || fields[3].equals(TCP_LISTEN);
                if (listens && own.contains("socket:[" + fields[9] + "]")) {
                    bound.add(decode(fields[1]));
                }
            }
        }
        return bound;
    }

    /** Tells whether such an address is one of this machine's own. */
    public static boolean isLoopback(String bound) {
        try {
            return InetAddress.getByName(bound.substring(0, bound.lastIndexOf(':')))
                    .isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(bound, e);
        }
    }

    private static Set<String> inodes(long pid) throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return descriptors.map(BoundSockets::target).collect(Collectors.toSet());
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    /** The kernel prints each 32-bit word of an address in host order, which is little-endian here. */
    private static String decode(String addressAndPort) throws UnknownHostException {
        int colon = addressAndPort.indexOf(':');
        byte[] address = new byte[colon / 2];
        for (int i = 0; i < address.length; i++) {
            int from = 2 * (i / 4 * 4 + 3 - i % 4);
            address[i] = (byte) Integer.parseInt(addressAndPort, from, from + 2, 16);
        }
        return InetAddress.getByAddress(address).getHostAddress() + ":"
                + Integer.parseInt(addressAndPort, colon + 1, addressAndPort.length(), 16);
    }
}
