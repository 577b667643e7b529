/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Some clients that never stop, half of them reading in autocommit and half writing in JTA transactions. Thread-safe. */
final class PacedLoad implements AutoCloseable {

    private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final ShopClient shop;
    private final List<Thread> clients = new ArrayList<>();
    private final Queue<String> errors = new ConcurrentLinkedQueue<>();
    private final Queue<String> lateErrors = new ConcurrentLinkedQueue<>();
    private final AtomicLong served = new AtomicLong();
    private final AtomicLong worstNanos = new AtomicLong();
    private volatile boolean late;
    private volatile boolean over;

    private PacedLoad(ShopClient shop) {
        this.shop = shop;
    }

    static PacedLoad start(ShopClient shop, int clients) {
        PacedLoad load = new PacedLoad(shop);
        for (int i = 0; i < clients; i++) {
            String request = i % 2 == 0 ? "query?mode=auto" : "query?mode=jta";
            load.clients.add(new Thread(() -> load.run(request), "load-" + i));
        }
        load.clients.forEach(Thread::start);
        return load;
    }

    /** Begins to tell the errors of requests that begin after now from those that were under way. */
    void mark() {
        late = true;
    }

    long served() {
        return served.get();
    }

    /** Returns the errors of requests that began before {@link #mark()}. */
    List<String> errors() {
        return List.copyOf(errors);
    }

    /** Returns the errors of requests that began after {@link #mark()}. */
    List<String> lateErrors() {
        return List.copyOf(lateErrors);
    }

    long worstMillis() {
        return TimeUnit.NANOSECONDS.toMillis(worstNanos.get());
    }

    /** Ends the load and returns when the last request has been answered. */
    @Override
    public void close() {
        over = true;
        for (Thread client : clients) {
            try {
                client.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void run(String request) {
        while (!over) {
            boolean beganLate = late;
            long began = System.nanoTime();
            try {
                shop.get(request);
                served.incrementAndGet();
            } catch (IOException e) {
                (beganLate ? lateErrors : errors).add(e.toString());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            worstNanos.accumulateAndGet(System.nanoTime() - began, Math::max);
            LockSupport.parkNanos(PACE_NANOS);
        }
    }
}
