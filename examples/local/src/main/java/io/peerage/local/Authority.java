/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A private certificate authority, as firms have one, with a certificate for servers on 127.0.0.1 and one for a client.
 * Two of different names do not trust each other. Made once per user and name by the JDK's keytool. Immutable.
 */
public final class Authority {

    /** Opens every key store and trust store, and the keys in them. */
    public static final String STORE_PASSWORD = "changeit";

    /** The subject of the client's certificate, as {@code REQUIRE SUBJECT} wants it. */
    public static final String CLIENT_SUBJECT = "/CN=app";

    private static final String CA = "ca";
    private static final Duration KEYTOOL_LIMIT = Duration.ofMinutes(1);
    private static final String VALID_DAYS = "3650";

    private final Path directory;

    private Authority(Path directory) {
        this.directory = directory;
    }

    /** Returns the authority of this name. */
    public static Authority named(String name) {
        if (!name.matches("[a-z]{1,20}")) {
            throw new IllegalArgumentException("name is '" + name + "', allowed are up to 20 small letters");
        }
        // the number goes up when what is made below changes
        return new Authority(
                DataTemplate.prepare("authority-1-" + name, Authority::make).path());
    }

    /** Returns the authority's own certificate, as a PEM file. */
    public Path certificate() {
        return directory.resolve("ca.pem");
    }

    /** Returns a trust store of type PKCS12 that holds the authority's certificate only. */
    public Path trustStore() {
        return directory.resolve("trust.p12");
    }

    /** Returns a key store of type PKCS12 that holds the client's key and certificate only. */
    public Path clientKeyStore() {
        return directory.resolve("client.p12");
    }

    /** Returns the options of a MariaDB server that shows the server's certificate and trusts those of clients. */
    List<String> serverOptions() {
        return List.of(
                "--ssl",
                "--ssl-ca=" + certificate(),
                "--ssl-cert=" + directory.resolve("server.pem"),
                "--ssl-key=" + directory.resolve("server-key.pem"));
    }

    private static void make(Path directory) {
        try {
            Files.createDirectories(directory);
            keytool(directory, CA, "-genkeypair", "-dname", "CN=Private authority", "-ext", "bc:c");
            sign(directory, "server", "CN=127.0.0.1", "san=ip:127.0.0.1,dns:localhost");
            sign(directory, "client", "CN=app", "ku=digitalSignature");
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry(CA, load(directory, CA).getCertificate(CA));
            store(directory, "trust", trusted);
            for (String name : List.of(CA, "server", "client")) {
                KeyStore keys = load(directory, name);
                byte[] certificate = keys.getCertificate(name).getEncoded();
                byte[] key = keys.getKey(name, STORE_PASSWORD.toCharArray()).getEncoded();
                Directories.write(directory.resolve(name + ".pem"), pem("CERTIFICATE", certificate));
                Directories.write(directory.resolve(name + "-key.pem"), pem("PRIVATE KEY", key));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make certificates in " + directory, e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Cannot make certificates in " + directory, e);
        }
    }

    /** Makes a key, and has the authority sign its certificate. */
    private static void sign(Path directory, String name, String subject, String extension)
            throws IOException, GeneralSecurityException {
        keytool(directory, name, "-genkeypair", "-dname", subject);
        keytool(directory, name, "-certreq", "-file", name + ".csr");
        keytool(directory, CA, "-gencert", "-infile", name + ".csr", "-outfile", name + ".crt", "-ext", extension);
        Certificate signed;
        try (InputStream in = Files.newInputStream(directory.resolve(name + ".crt"))) {
            signed = CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
        KeyStore keys = load(directory, name);
        char[] password = STORE_PASSWORD.toCharArray();
        Certificate[] chain = {signed, load(directory, CA).getCertificate(CA)};
        keys.setKeyEntry(name, keys.getKey(name, password), password, chain);
        store(directory, name, keys);
    }

    /** Runs keytool on the key store and the alias of this name. */
    private static void keytool(Path directory, String name, String verb, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                verb,
                "-alias",
                name,
                "-keystore",
                name + ".p12",
                "-storetype",
                "PKCS12",
                "-storepass",
                STORE_PASSWORD));
        if (verb.equals("-genkeypair")) {
            command.addAll(List.of("-keyalg", "RSA", "-keysize", "2048"));
        }
        if (!verb.equals("-certreq")) {
            command.addAll(List.of("-validity", VALID_DAYS));
        }
        command.addAll(List.of(arguments));
        Command.run(directory, KEYTOOL_LIMIT, command);
    }

    private static KeyStore load(Path directory, String name) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(directory.resolve(name + ".p12"))) {
            keys.load(in, STORE_PASSWORD.toCharArray());
        }
        return keys;
    }

    private static void store(Path directory, String name, KeyStore keys) throws IOException, GeneralSecurityException {
        try (OutputStream out = Files.newOutputStream(directory.resolve(name + ".p12"))) {
            keys.store(out, STORE_PASSWORD.toCharArray());
        }
    }

    private static String pem(String type, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
    }
}
