/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;

/**
 * A login to a second server with what the client has agreed on with the first one, so that the answers of both are of
 * one form. Knows {@code mysql_native_password} and {@code caching_sha2_password}. Confined to one thread.
 */
final class ProxyLogin {

    private static final int HEAD_BYTES = 32;
    private static final int CONNECT_WITH_DB = 0x8;
    private static final int PLUGIN_AUTH = 0x80000;
    private static final int CONNECT_ATTRS = 0x100000;
    private static final int LENENC_AUTH = 0x200000;
    private static final int CHALLENGE_BYTES = 20;

    private final Socket server;
    private final byte[] login;
    private final String user;
    private final byte[] password;

    /** @param login the client's answer to the first server's greeting */
    ProxyLogin(Socket server, byte[] login, String user, String password) {
        this.server = server;
        this.login = login;
        this.user = user;
        this.password = password.getBytes(StandardCharsets.UTF_8);
    }

    /** Returns when the server has let the user in. */
    void run() throws IOException {
        try {
            DataInputStream in = new DataInputStream(server.getInputStream());
            byte[] greeting = Packet.read(in).payload();
            String plugin = plugin(greeting);
            byte[] challenge = challenge(greeting);
            int sequence = 1;
            send(sequence, answer(plugin, challenge));
            while (true) {
                Packet said = Packet.read(in);
                byte[] payload = said.payload();
                sequence = said.sequence() + 1;
                switch (said.first()) {
                    case 0 -> {
                        return;
                    }
                    case 0xFE -> {
                        int end = indexOfZero(payload, 1);
                        plugin = new String(payload, 1, end - 1, StandardCharsets.US_ASCII);
                        challenge = Arrays.copyOfRange(payload, end + 1, end + 1 + CHALLENGE_BYTES);
                        send(sequence, proof(plugin, challenge));
                    }
                    case 1 -> {
                        if (payload.length > 1 && payload[1] == 4) {
                            send(sequence, new byte[] {2});
                        } else if (payload.length > 2) {
                            send(sequence, encrypted(payload, challenge));
                        }
                    }
                    default ->
                        throw new IOException("the second server refused: "
                                + new String(payload, 3, payload.length - 3, StandardCharsets.UTF_8));
                }
            }
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private void send(int sequence, byte[] payload) throws IOException {
        new Packet(sequence, payload).writeTo(server.getOutputStream());
    }

    private byte[] answer(String plugin, byte[] challenge) throws GeneralSecurityException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] head = Arrays.copyOf(login, HEAD_BYTES);
        int flags = (head[0] & 0xFF) | ((head[1] & 0xFF) << 8) | ((head[2] & 0xFF) << 16) | ((head[3] & 0xFF) << 24);
        boolean database = (flags & CONNECT_WITH_DB) != 0;
        flags = (flags | PLUGIN_AUTH | CONNECT_WITH_DB) & ~CONNECT_ATTRS & ~LENENC_AUTH;
        for (int i = 0; i < 4; i++) {
            head[i] = (byte) (flags >> (8 * i));
        }
        out.writeBytes(head);
        text(out, user);
        byte[] proof = proof(plugin, challenge);
        out.write(proof.length);
        out.writeBytes(proof);
        text(out, database ? database() : LocalPeer.DATABASE);
        text(out, plugin);
        return out.toByteArray();
    }

    /** Returns the database that the client has named, behind its user and its proof. */
    private String database() {
        int at = indexOfZero(login, HEAD_BYTES) + 1;
        at += 1 + (login[at] & 0xFF);
        return new String(login, at, indexOfZero(login, at) - at, StandardCharsets.UTF_8);
    }

    private byte[] proof(String plugin, byte[] challenge) throws GeneralSecurityException {
        if (plugin.equals("caching_sha2_password")) {
            byte[] once = digest("SHA-256", password);
            return xor(once, digest("SHA-256", digest("SHA-256", once), challenge));
        }
        byte[] once = digest("SHA-1", password);
        return xor(once, digest("SHA-1", challenge, digest("SHA-1", once)));
    }

    private byte[] encrypted(byte[] keyPacket, byte[] challenge) throws GeneralSecurityException {
        String pem = new String(keyPacket, 1, keyPacket.length - 1, StandardCharsets.US_ASCII)
                .replaceAll("-----[A-Z ]+-----", "")
                .replaceAll("\\s", "");
        PublicKey key = KeyFactory.getInstance("RSA")
                .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(pem)));
        byte[] clear = Arrays.copyOf(password, password.length + 1);
        for (int i = 0; i < clear.length; i++) {
            clear[i] ^= challenge[i % challenge.length];
        }
        Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPWithSHA-1AndMGF1Padding");
        cipher.init(Cipher.ENCRYPT_MODE, key);
        return cipher.doFinal(clear);
    }

    private static byte[] challenge(byte[] greeting) {
        int version = indexOfZero(greeting, 1);
        byte[] challenge = Arrays.copyOfRange(greeting, version + 5, version + 5 + CHALLENGE_BYTES);
        // the rest stands behind flags, character set, status and reserved bytes
        System.arraycopy(greeting, Packet.capabilities(greeting) + 18, challenge, 8, CHALLENGE_BYTES - 8);
        return challenge;
    }

    private static String plugin(byte[] greeting) {
        int at = Packet.capabilities(greeting) + 18 + CHALLENGE_BYTES - 8 + 1;
        return new String(greeting, at, indexOfZero(greeting, at) - at, StandardCharsets.US_ASCII);
    }

    private static int indexOfZero(byte[] bytes, int from) {
        int at = from;
        while (at < bytes.length && bytes[at] != 0) {
            at++;
        }
        return at;
    }

    private static void text(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        out.write(0);
    }

    private static byte[] digest(String algorithm, byte[]... parts) throws GeneralSecurityException {
        MessageDigest digest = MessageDigest.getInstance(algorithm);
        for (byte[] part : parts) {
            digest.update(part);
        }
        return digest.digest();
    }

    private static byte[] xor(byte[] a, byte[] b) {
        byte[] result = a.clone();
        for (int i = 0; i < result.length; i++) {
            result[i] ^= b[i];
        }
        return result;
    }
}
