/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.demo;

import io.peerage.local.ApplicationServer;
import io.peerage.local.LocalPeer;
import io.peerage.local.PayaraMicro;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * Runs everything that it takes to see the adapter work: three database servers, a Jakarta EE server with the adapter
 * and an application, and a way to hurt the databases. Thread-safe.
 */
public final class Demo implements AutoCloseable {

    private static final int PEERS = 3;
    private static final String ORDERS_TABLE = "CREATE TABLE " + LocalPeer.DATABASE
            + ".orders (id BIGINT AUTO_INCREMENT PRIMARY KEY, item VARCHAR(40) NOT NULL,"
            + " made TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP)";

    private final List<LocalPeer> peers;
    private final ApplicationServer server;

    /** What ends that which runs, the latest started first. Guarded by "this". */
    private final Deque<Runnable> running;

    private Demo(List<LocalPeer> peers, ApplicationServer server, Deque<Runnable> running) {
        this.peers = peers;
        this.server = server;
        this.running = running;
    }

    /**
     * Runs the demo until the JVM is told to end, which ends all it started.
     *
     * @param args none
     */
    public static void main(String[] args) throws InterruptedException {
        Demo demo = start(DemoSettings.fromSystemProperties(), System.out::println);
        System.out.println();
        System.out.println("Open " + demo.page());
        System.out.println("Ctrl-C ends everything.");
        // Nobody counts down: the servers' own shutdown hooks end them with this JVM.
        new CountDownLatch(1).await();
    }

    /** Starts everything and returns when the page can be opened; if something does not start, nothing is left. */
    static Demo start(DemoSettings settings, Consumer<String> progress) {
        Deque<Runnable> running = new ArrayDeque<>();
        try {
            progress.accept("Starting three MariaDB servers; the very first time this unpacks 350 MB ...");
            List<LocalPeer> peers = LocalPeer.startAll(PEERS);
            peers.forEach(peer -> running.push(peer::close));
            peers.forEach(peer -> peer.execute(ORDERS_TABLE));
            peers.forEach(peer -> progress.accept("  " + peer));

            ControlEndpoint control = ControlEndpoint.start(peers);
            running.push(control::close);

            progress.accept("Starting Payara Micro with peerage.rar, a pool over these peers and an application ...");
            PayaraMicro micro = PayaraMicro.at(settings.payara())
                    .systemProperty("peerage.demo.peers", BootCommands.peerList(peers))
                    .systemProperty("peerage.demo.control", control.uri().toString())
                    .deploy(settings.application());
            BootCommands.of(settings, peers).forEach(micro::postBoot);
            ApplicationServer server = micro.start();
            running.push(server::close);
            return new Demo(peers, server, running);
        } catch (IOException e) {
            closeAll(running);
            throw new UncheckedIOException("Cannot start the demo", e);
        } catch (RuntimeException e) {
            closeAll(running);
            throw e;
        }
    }

    /** Returns the address of the page to look at. */
    public URI page() {
        return server.uri().resolve("demo/");
    }

    List<LocalPeer> peers() {
        return peers;
    }

    ApplicationServer server() {
        return server;
    }

    @Override
    public synchronized void close() {
        closeAll(running);
    }

    private static void closeAll(Deque<Runnable> closing) {
        RuntimeException failure = null;
        while (!closing.isEmpty()) {
            try {
                closing.pop().run();
            } catch (RuntimeException e) {
                // The others must end all the same.
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
