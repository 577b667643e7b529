/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes lines with a stable id to the adapter's log. A log that throws, because its disk is full or a handler has a
 * defect, loses the line and changes nothing else: what is told has happened already, and more is to follow it.
 *
 * <p>Thread-safe.
 */
public class EventLog {

    private final Logger logger = System.getLogger("io.peerage");
    private final String group;
    /** What was said already of that which is to be mentioned once. */
    private final Set<String> said = ConcurrentHashMap.newKeySet();

    /** @param group what the lines are about: the name of a pool */
    public EventLog(String group) {
        this.group = group;
    }

    /** Writes one line. */
    public void log(Level level, String id, String text) {
        log(level, id, text, null);
    }

    /**
     * Writes one line and the stack trace of {@code thrown}, unless that was done before.
     *
     * @param about what is the same for all failures of which one is mentioned
     */
    final void errorOnce(String about, String id, Supplier<String> text, Throwable thrown) {
        if (said.add(about)) {
            log(Level.ERROR, id, text.get(), thrown);
        }
    }

    private void log(Level level, String id, String text, @Nullable Throwable thrown) {
        try {
            if (thrown == null) {
                logger.log(level, () -> id + " " + group + ": " + text);
            } else {
                logger.log(level, id + " " + group + ": " + text, thrown);
            }
        } catch (Throwable ignored) {
            // There is no second log to write this to.
        }
    }
}
