/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What holds on every server and with every driver. Its parts, one for each behaviour, extend this; a class that is a
 * {@link ContractCase} says on what.
 */
@Timeout(120)
@ExtendWith(ContractMatrix.class)
interface Contract {

    /** Returns what the contract is held against. */
    Site site();

    /** Returns what is closed behind each test. */
    Leftovers leftovers();

    /** Makes a pool of so many connections, which are open. */
    default PeerDataSource pool(PeerManagedConnectionFactory factory, int size) throws Exception {
        return container(factory, size).dataSource(factory);
    }

    /** Makes a container with so many open connections. */
    default LifoContainer container(PeerManagedConnectionFactory factory, int size) throws Exception {
        leftovers().add(() -> LivePeers.stop(factory));
        LifoContainer container = new LifoContainer(size);
        leftovers().add(container);
        return container.fill(factory, size);
    }

    @BeforeEach
    default void mend() {
        site().mend();
    }

    @AfterEach
    default void close() throws Exception {
        leftovers().close();
    }
}
