/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * Writes lines with a stable id to the adapter's log. A log that throws, because its disk is full or a handler has a
 * defect, loses the line and changes nothing else: what is told has happened already, and more is to follow it.
 *
 * <p>Thread-safe.
 */
public class EventLog {

    private final Logger logger;
    private final String group;

    /** @param group what the lines are about: the name of a pool */
    public EventLog(String group) {
        this(System.getLogger("io.peerage"), group);
    }

    EventLog(Logger logger, String group) {
        this.logger = logger;
        this.group = group;
    }

    /** Writes one line. */
    public void log(Level level, String id, String text) {
        log(level, id, text, null);
    }

    final void info(String id, String text) {
        log(Level.INFO, id, text);
    }

    final void warning(String id, String text) {
        log(Level.WARNING, id, text);
    }

    final void error(String id, String text) {
        log(Level.ERROR, id, text);
    }

    /** Writes one line and the stack trace of {@code thrown}. */
    public final void log(Level level, String id, String text, @Nullable Throwable thrown) {
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
