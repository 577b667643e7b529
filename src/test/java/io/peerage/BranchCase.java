/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import jakarta.resource.ResourceException;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.BeforeEach;

/** A managed connection to a scripted server, for tests of the branches on it. */
abstract class BranchCase extends ManagedConnectionCase {

    XAResource resource;

    @BeforeEach
    void takeResource() throws ResourceException {
        resource = managed.getXAResource();
    }

    /** The same branch each time, as a new object. */
    static Branch branch() {
        return new Branch("g", "1");
    }

    void startAndEnd() throws XAException {
        resource.start(branch(), XAResource.TMNOFLAGS);
        resource.end(branch(), XAResource.TMSUCCESS);
        wire.drain();
    }
}
