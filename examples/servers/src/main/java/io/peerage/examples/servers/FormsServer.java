/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import io.peerage.local.ApplicationServer;
import java.util.Optional;

/** A server into which everything can be deployed in each form, one after the other. Confined to one thread. */
public interface FormsServer extends AutoCloseable {

    /**
     * Deploys the adapter, a pool and an application, and returns the server that runs them.
     *
     * @throws IllegalStateException with what the server said, if it does not take this form
     */
    ApplicationServer deploy(Form form);

    /** Takes back all that {@link #deploy} has brought. */
    void undeploy(Form form);

    /** Returns what the server says if it is known not to take this form. */
    default Optional<String> refusal(Form form) {
        return Optional.empty();
    }

    /** Returns how many threads of the driver this server is known to keep from now on, each time it takes this back. */
    default int threadsKept(Form form) {
        return 0;
    }

    /** Ends the server. */
    @Override
    void close();
}
