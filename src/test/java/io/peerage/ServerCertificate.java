/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.util.Base64;

/** A certificate that a server of the tests made for itself, so that clients can encrypt. Stateless. */
public final class ServerCertificate {

    /** What opens the key, and the store it is in. */
    public static final String KEY_PASSWORD = "changeit";

    private ServerCertificate() {}

    /** Makes a certificate in {@code directory}, and returns the server's options for it. */
    static String[] optionsFor(Path directory) throws Exception {
        KeyStore keys = selfSigned(directory);
        Key key = keys.getKey("server", KEY_PASSWORD.toCharArray());
        byte[] certificate = keys.getCertificate("server").getEncoded();
        return new String[] {
            "--ssl",
            "--ssl-cert=" + pem(directory.resolve("cert.pem"), "CERTIFICATE", certificate),
            "--ssl-key=" + pem(directory.resolve("key.pem"), "PRIVATE KEY", key.getEncoded())
        };
    }

    /** Returns a store with a key named {@code server} for 127.0.0.1. */
    public static KeyStore selfSigned(Path directory) throws Exception {
        Path store = directory.resolve("server.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "RSA",
                        "-dname",
                        "CN=127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        KEY_PASSWORD,
                        "-keystore",
                        store.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("keytool.log").toFile())
                .start();
        assertThat(keytool.waitFor()).as("status of keytool").isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, KEY_PASSWORD.toCharArray());
        }
        return keys;
    }

    private static Path pem(Path file, String type, byte[] der) throws Exception {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return Files.writeString(
                file, "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n", US_ASCII);
    }
}
