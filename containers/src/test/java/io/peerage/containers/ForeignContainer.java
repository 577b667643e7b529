/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.containers;

import io.peerage.PeerDataSource;
import io.peerage.PeerManagedConnectionFactory;
import jakarta.transaction.TransactionManager;

/** A connector container with a transaction manager that logs to disk, both real. Confined to the test's thread. */
interface ForeignContainer {

    /** Makes a pool whose transactions are recovered under {@code name}. */
    PeerDataSource pool(String name, PeerManagedConnectionFactory factory, int size) throws Exception;

    /** Returns how many managed connections a pool has. */
    int size(String name);

    TransactionManager transactionManager();

    /**
     * Recovers as after a crash: everything the log tells is finished through one managed connection of each pool that
     * the container takes for it, and what is prepared without being logged is rolled back.
     */
    void recover() throws Exception;

    /** Closes every pool. */
    void close() throws Exception;
}
