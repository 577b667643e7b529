/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.demo;

import java.nio.file.Path;

/**
 * What the demo runs and how. Immutable.
 *
 * @param servers the directory with {@code payara-micro.jar}, {@code peerage.rar} and {@code demo.war}
 * @param checkIntervalSeconds how soon a peer that came back is noticed; the adapter's own default is longer
 */
record DemoSettings(Path servers, int checkIntervalSeconds) {

    private static final String SERVERS = "peerage.demo.servers";
    private static final int CHECK_INTERVAL_SECONDS = 5;

    /** Reads the system properties that Maven sets. */
    static DemoSettings fromSystemProperties() {
        String servers = System.getProperty(SERVERS);
        if (servers == null) {
            throw new IllegalStateException(
                    "The system property " + SERVERS + " is not set: run the demo with mvn -Pdemo -DskipTests verify");
        }
        return new DemoSettings(Path.of(servers), CHECK_INTERVAL_SECONDS);
    }

    Path payara() {
        return servers.resolve("payara-micro.jar");
    }

    Path adapter() {
        return servers.resolve("peerage.rar");
    }

    Path application() {
        return servers.resolve("demo.war");
    }

    DemoSettings withCheckIntervalSeconds(int seconds) {
        return new DemoSettings(servers, seconds);
    }
}
