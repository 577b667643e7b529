/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.util.List;

/** How the JVMs of servers run here unless a test says otherwise. Thread-safe. */
final class ServerJvm {

    /**
     * The quick compiler only: a server that runs for a minute spends more on compiling its start well than it ever
     * gets back, and with two processors tests pay for that. Who measures adds {@code -XX:TieredStopAtLevel=4}.
     */
    static final String QUICK_COMPILER = "-XX:TieredStopAtLevel=1";

    /** A small heap, for several servers at once; {@link #QUICK_COMPILER}. */
    static final List<String> OPTIONS = List.of("-Xmx512m", QUICK_COMPILER);

    private ServerJvm() {}
}
