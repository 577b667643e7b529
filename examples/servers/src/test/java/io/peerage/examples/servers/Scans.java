/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import io.peerage.local.StatementWatcher;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts how often the databases are asked for prepared branches, which only recovery does. Thread-safe. */
final class Scans implements StatementWatcher {

    private final AtomicInteger count = new AtomicInteger();

    int count() {
        return count.get();
    }

    @Override
    public boolean forwards(String sql) {
        if (sql.contains("XA RECOVER")) {
            count.incrementAndGet();
        }
        return true;
    }

    @Override
    public boolean answers(String sql) {
        return true;
    }
}
