/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.peerage.Interrupts;
import io.peerage.ServerCertificate;
import io.peerage.peer.Ticker;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS over a socket of ours, layered as drivers do. */
@Timeout(60)
class LayeredTlsTest {

    private static final int MUCH = 2 * 1024 * 1024;

    @TempDir
    private static Path directory;

    private static SSLContext tls;

    /** The common pool may have one thread only, and these wait for each other. */
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private Socket below;
    private SSLSocket client;
    private Socket server;

    @BeforeAll
    static void certify() throws Exception {
        KeyStore keys = ServerCertificate.selfSigned(directory);
        KeyManagerFactory identity = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        identity.init(keys, ServerCertificate.KEY_PASSWORD.toCharArray());
        KeyStore known = KeyStore.getInstance("PKCS12");
        known.load(null, null);
        known.setCertificateEntry("server", keys.getCertificate("server"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(known);
        tls = SSLContext.getInstance("TLS");
        tls.init(identity.getKeyManagers(), trust.getTrustManagers(), null);
    }

    @BeforeEach
    void connect() throws Exception {
        below = ChannelSocket.open(Ticker.system(), null);
        try (ServerSocket listener =
                tls.getServerSocketFactory().createServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            assertThat(listener).isInstanceOf(SSLServerSocket.class);
            below.connect(listener.getLocalSocketAddress());
            server = listener.accept();
            CompletableFuture<Void> echo = CompletableFuture.runAsync(this::echo, threads);
            client = (SSLSocket) tls.getSocketFactory().createSocket(below, "localhost", listener.getLocalPort(), true);
            Interrupts.throughout(client::startHandshake);
            assertThat(echo).isNotCompletedExceptionally();
        }
    }

    /** Sends back what comes, but for zeros. */
    private void echo() {
        byte[] some = new byte[10_000];
        try {
            for (int n = server.getInputStream().read(some);
                    n >= 0;
                    n = server.getInputStream().read(some)) {
                if (some[0] != 0) {
                    server.getOutputStream().write(some, 0, n);
                }
            }
        } catch (IOException e) {
            assert client.isClosed();
        }
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
        threads.shutdownNow();
    }

    @Test
    void muchArrivesWholeUnderInterrupts() throws Exception {
        byte[] sent = new byte[MUCH];
        java.util.Arrays.fill(sent, (byte) 7);
        CompletableFuture<Void> writer = CompletableFuture.runAsync(
                () -> {
                    try {
                        Interrupts.throughout(() -> client.getOutputStream().write(sent));
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                },
                threads);
        assertThat(Interrupts.throughout(() -> client.getInputStream().readNBytes(MUCH)))
                .isEqualTo(sent);
        writer.join();
    }

    @Test
    void aReadGivesUpInTimeAndTheConnectionGoesOn() throws Exception {
        client.setSoTimeout(50);
        client.getOutputStream().write(0);
        assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        client.setSoTimeout(0);
        client.getOutputStream().write(5);
        assertThat(client.getInputStream().read()).isEqualTo(5);
    }

    /** As an abort does, which does not ask the driver. */
    @Test
    void closingTheSocketBelowEndsABlockedReadAtOnce() throws Exception {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        Thread reader = new Thread(() ->
                failure.complete(catchThrowable(() -> client.getInputStream().read())));
        reader.start();
        SocketPair.awaitWaiting(reader);
        below.close();
        assertThat(failure.get(10, TimeUnit.SECONDS)).isInstanceOf(SocketException.class);
    }

    @Test
    void aLookTellsAQuietConnectionFromOneThatWasEnded() throws Exception {
        LinkSocket linkSocket = new LinkSocket((ChannelSocket) below);
        client.getOutputStream().write(5);
        assertThat(client.getInputStream().read()).isEqualTo(5);
        // TLS 1.3 sends its tickets with the first answer
        assertThat(linkSocket.peek()).isEqualTo(LinkSocket.Peek.QUIET);
        server.close();
        while (linkSocket.peek() == LinkSocket.Peek.QUIET) {
            Thread.onSpinWait();
        }
        assertThat(linkSocket.peek()).isEqualTo(LinkSocket.Peek.ENDED);
    }
}
