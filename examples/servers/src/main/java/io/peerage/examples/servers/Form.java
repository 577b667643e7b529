/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

/** How the adapter, its pool and an application get into a server. */
public enum Form {
    /** The archive alone, the pool by the server's commands. */
    COMMANDS("shop"),
    /** The archive alone, the pool in the server's configuration file. */
    CONFIGURATION("shop"),
    /** The archive alone, the pool defined in the application. */
    DEFINITION("forms"),
    /** The archive in the application's EAR, the pool made by the server. */
    EAR("forms"),
    /** The archive in the application's EAR, the pool defined in the application. */
    EAR_DEFINITION("forms");

    private final String application;

    Form(String application) {
        this.application = application;
    }

    /** Returns the name of the application, which is its context root too. */
    public String application() {
        return application;
    }
}
