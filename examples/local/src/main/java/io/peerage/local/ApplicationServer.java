/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** A Jakarta EE server in a process of its own, which listens on free ports of 127.0.0.1 and nowhere else. Thread-safe. */
public interface ApplicationServer extends AutoCloseable {

    /** Returns the root of its HTTP server, with a slash at the end. */
    URI uri();

    /** Returns the operating system's id of its process, running or not. */
    long pid();

    /** Tells whether its process exists. */
    boolean isRunning();

    /** Returns all lines that it logged so far, without colours. */
    List<String> log();

    /**
     * Returns the first line of the whole log, past or to come, that matches.
     *
     * @throws IllegalStateException with the end of the log, if none comes within the limit or before the process ends
     */
    String awaitLog(Predicate<String> line, Duration limit);

    /** Sends SIGKILL, as a crash would, and returns when the process is gone. Its files stay until {@link #close()}. */
    void halt();

    /** Ends the server in order, or by force if that takes too long, and deletes its temporary files. */
    @Override
    void close();
}
