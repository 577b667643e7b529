/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** What the adapter logs about one pool, from debug on. Thread-safe. */
final class RecordedLog extends Handler implements AutoCloseable {

    private final Logger logger = Logger.getLogger("io.peerage");
    private final Level before = logger.getLevel();
    private final String group;
    private final List<LogRecord> records = new CopyOnWriteArrayList<>();

    RecordedLog(String group) {
        this.group = group;
        setLevel(Level.ALL);
        logger.setLevel(Level.ALL);
        logger.addHandler(this);
    }

    @Override
    public void publish(LogRecord record) {
        // the pools of other tests may still be saying something
        if (record.getMessage().contains(" " + group + ": ")) {
            records.add(record);
        }
    }

    /** Returns the lines with this id, in their order. */
    List<LogRecord> with(String id) {
        return records.stream()
                .filter(record -> record.getMessage().startsWith(id + " "))
                .toList();
    }

    /** Returns all lines in their order. */
    List<LogRecord> all() {
        return List.copyOf(records);
    }

    /** Returns everything as a log file would have it, stack traces included. */
    String text() {
        SimpleFormatter formatter = new SimpleFormatter();
        StringBuilder text = new StringBuilder();
        records.forEach(record -> text.append(formatter.format(record)));
        return text.toString();
    }

    @Override
    public void flush() {
        // nothing is buffered
    }

    @Override
    public void close() {
        logger.removeHandler(this);
        logger.setLevel(before);
    }
}
