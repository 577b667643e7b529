/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.config.PeerSpec;
import javax.sql.XADataSource;

/**
 * How one peer is connected to, as it is configured at the moment. Immutable, its parts thread-safe.
 *
 * @param source the driver's, without user and password
 * @param obstacle why its sockets cannot be looked at; empty if they can
 * @param capability looks once whether the server can do XA
 * @param servers those that its address led to
 * @param vintage of the connections it opens
 */
record Target(
        PeerSpec spec,
        XADataSource source,
        String obstacle,
        XaCapability capability,
        ServersSeen servers,
        Vintage vintage) {

    /** Returns whether {@code other} is the same server under the same name. */
    boolean leadsTo(PeerSpec other) {
        return spec.name().equals(other.name())
                && spec.host().equalsIgnoreCase(other.host())
                && spec.port() == other.port()
                && spec.url().equals(other.url());
    }

    /** Returns whether a connection to {@code other} would be of the same kind, whoever logs in with whatever password. */
    boolean opensLike(PeerSpec other) {
        return spec.database().equals(other.database()) && spec.properties().equals(other.properties());
    }

    /** Returns this target for another user, password or weight. */
    Target with(PeerSpec other) {
        boolean sameUser = spec.user().equals(other.user());
        return new Target(other, source, obstacle, capability, servers, sameUser ? vintage : new Vintage());
    }
}
