/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import java.util.ArrayDeque;
import java.util.Deque;

/** What a test has opened, closed in the reverse order. Confined to one thread. */
final class Leftovers {

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    void add(AutoCloseable one) {
        opened.push(one);
    }

    /** Closes all, also where one fails. */
    void close() throws Exception {
        Exception failure = null;
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
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
