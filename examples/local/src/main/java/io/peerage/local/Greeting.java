/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** Asks whether a database server answers on a port. Thread-safe. */
final class Greeting {

    private static final int TIMEOUT_MILLIS = 1000;
    private static final int PACKET_HEADER_BYTES = 4;
    private static final int PROTOCOL_VERSION = 10;

    private Greeting() {}

    /** Connects and reads the first packet: only a server that accepts logins sends its protocol version. */
    static boolean arrivesFrom(int port) {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
            InputStream in = socket.getInputStream();
            byte[] start = in.readNBytes(PACKET_HEADER_BYTES + 1);
            return start.length > PACKET_HEADER_BYTES && start[PACKET_HEADER_BYTES] == PROTOCOL_VERSION;
        } catch (IOException notYet) {
            return false;
        }
    }
}
