/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** One packet of MySQL's protocol. The payload is shared and must not be written. */
final class Packet {

    private static final int HEADER_BYTES = 4;
    private static final int TLS = 0x800;
    /** The session's number of four bytes, eight bytes of a challenge, and a 0. */
    private static final int SESSION_TO_CAPABILITIES = 4 + 8 + 1;

    private final int sequence;
    private final byte[] payload;

    /** @param sequence its number within an exchange, from 0 */
    Packet(int sequence, byte[] payload) {
        this.sequence = sequence;
        this.payload = payload;
    }

    /** Reads one. */
    static Packet read(DataInputStream in) throws IOException {
        byte[] header = new byte[HEADER_BYTES];
        in.readFully(header);
        byte[] payload = new byte[(header[0] & 0xFF) | ((header[1] & 0xFF) << 8) | ((header[2] & 0xFF) << 16)];
        in.readFully(payload);
        return new Packet(header[3] & 0xFF, payload);
    }

    /** Returns the answer of a server to a command that failed. */
    static Packet error(int code, String message) {
        byte[] text = ("#HY000" + message).getBytes(StandardCharsets.UTF_8);
        byte[] payload = new byte[text.length + 3];
        payload[0] = (byte) 0xFF;
        payload[1] = (byte) code;
        payload[2] = (byte) (code >> 8);
        System.arraycopy(text, 0, payload, 3, text.length);
        return new Packet(1, payload);
    }

    /** Returns a server's greeting as one that cannot do TLS would say it. */
    static Packet withoutTls(Packet greeting) {
        byte[] payload = greeting.payload.clone();
        if (payload[0] == 10) {
            int lowFlags = capabilities(payload);
            payload[lowFlags + 1] = (byte) (payload[lowFlags + 1] & ~(TLS >> 8));
        }
        return new Packet(greeting.sequence, payload);
    }

    /** Returns a server's greeting as one that gives the session this number. */
    Packet withSession(int number) {
        byte[] changed = payload.clone();
        int begin = capabilities(changed) - SESSION_TO_CAPABILITIES;
        for (int i = 0; i < Integer.BYTES; i++) {
            changed[begin + i] = (byte) (number >> (Byte.SIZE * i));
        }
        return new Packet(sequence, changed);
    }

    /** Returns where the lower flags of a greeting begin: behind version, session, eight bytes of a challenge, and a 0. */
    static int capabilities(byte[] greeting) {
        int end = 1;
        while (greeting[end] != 0) {
            end++;
        }
        return end + 1 + SESSION_TO_CAPABILITIES;
    }

    int sequence() {
        return sequence;
    }

    byte[] payload() {
        return payload;
    }

    int length() {
        return payload.length;
    }

    int first() {
        return payload[0] & 0xFF;
    }

    void writeTo(OutputStream out) throws IOException {
        byte[] bytes = new byte[HEADER_BYTES + payload.length];
        bytes[0] = (byte) payload.length;
        bytes[1] = (byte) (payload.length >> 8);
        bytes[2] = (byte) (payload.length >> 16);
        bytes[3] = (byte) sequence;
        System.arraycopy(payload, 0, bytes, HEADER_BYTES, payload.length);
        out.write(bytes);
    }
}
