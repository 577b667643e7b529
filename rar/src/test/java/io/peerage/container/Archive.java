/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container;

import java.nio.file.Path;

/** Where the build has put what the tests deploy. Stateless. */
final class Archive {

    private Archive() {}

    /** Returns the built peerage.rar. */
    static Path rar() {
        return Path.of(System.getProperty("peerage.rar"));
    }

    /** Returns the command that deploys it. */
    static String deploy() {
        return "deploy --name=peerage " + rar();
    }

    /** Returns Payara Micro's program. */
    static Path payaraMicro() {
        return Path.of(System.getProperty("peerage.payara.jar"));
    }
}
