/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import io.peerage.local.LocalPeer;

/** Makes factories for pools of local servers. */
final class LocalFactories {

    private LocalFactories() {}

    /** Returns one that knows user, password and database of every {@link LocalPeer}; what else is set is the caller's. */
    static PeerManagedConnectionFactory create() {
        PeerManagedConnectionFactory factory = new PeerManagedConnectionFactory();
        factory.setDatabaseName(LocalPeer.DATABASE);
        factory.setUserName(LocalPeer.USER);
        factory.setPassword(LocalPeer.PASSWORD);
        return factory;
    }
}
