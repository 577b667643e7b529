/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import io.peerage.local.ApplicationServer;
import java.nio.file.Path;

/** One server and the files that set it up. Stateless. */
public interface Example {

    /** Returns the server's name and version. */
    String title();

    /**
     * Starts the server; where the deployment has a directory already, it is the one of an earlier start and nothing is
     * set up again. Returns when the application answers.
     *
     * @throws IllegalStateException with the end of the server's log, if it does not start
     */
    ApplicationServer start(Deployment deployment);

    /** Returns the name by which applications look up the pool called {@code pool} without a reference of their own. */
    default String jndiName(String pool) {
        return "jdbc/" + pool;
    }

    /** Returns the directory of the examples, one below for each server. */
    static Path directory() {
        return Path.of(System.getProperty("peerage.examples"));
    }

    /** Returns the directory with the servers' programs. */
    static Path servers() {
        return Path.of(System.getProperty("peerage.servers"));
    }
}
