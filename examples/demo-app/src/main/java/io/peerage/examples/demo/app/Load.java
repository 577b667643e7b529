/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.demo.app;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Visitors of the shop: a few threads that read and order at a steady pace. Thread-safe. */
final class Load implements AutoCloseable {

    private static final int WORKERS = 8;
    private static final int ORDERS_PERCENT = 25;
    private static final long SHORTEST_PAUSE_MILLIS = 10;
    private static final long LONGEST_PAUSE_MILLIS = 30;

    private final Shop shop;
    private final Meter meter;
    private final LongSupplier nanoClock;
    private final CountDownLatch closed = new CountDownLatch(1);

    Load(Shop shop, Meter meter, LongSupplier nanoClock) {
        this.shop = shop;
        this.meter = meter;
        this.nanoClock = nanoClock;
    }

    void start(ThreadFactory threads) {
        for (int i = 0; i < WORKERS; i++) {
            threads.newThread(this::work).start();
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }

    private void work() {
        try {
            while (!closed.await(pauseMillis(), TimeUnit.MILLISECONDS)) {
                request();
            }
        } catch (InterruptedException e) {
            // The container is shutting down.
            Thread.currentThread().interrupt();
        }
    }

    private void request() {
        long startNanos = nanoClock.getAsLong();
        try {
            boolean orders = ThreadLocalRandom.current().nextInt(100) < ORDERS_PERCENT;
            String peer = orders ? shop.order("tea") : shop.read();
            meter.served(peer, nanoClock.getAsLong() - startNanos);
        } catch (Exception e) {
            // Whatever it is, a visitor saw it.
            meter.failed(Causes.of(e), nanoClock.getAsLong() - startNanos);
        }
    }

    private static long pauseMillis() {
        return ThreadLocalRandom.current().nextLong(SHORTEST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS + 1);
    }
}
