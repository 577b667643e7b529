/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Looks up the addresses of a name. Blocks for as long as the system's name service does. Thread-safe. */
@FunctionalInterface
public interface Resolver {

    /**
     * Returns the addresses of {@code host}, at least one; of an address in letters just that.
     *
     * @throws UnknownHostException if it has none, or that cannot be told now
     */
    List<InetAddress> addresses(String host) throws UnknownHostException;

    /** Returns the JVM's own, which remembers for as long as {@code networkaddress.cache.ttl} says. */
    static Resolver system() {
        return host -> List.of(InetAddress.getAllByName(host));
    }

    /** Returns one that knows no name whose addresses may be those of several hosts. */
    default Resolver ofOneHost() {
        return host -> {
            List<InetAddress> all = addresses(host);
            if (all.size() > 1 && !all.stream().allMatch(InetAddress::isLoopbackAddress)) {
                throw new UnknownHostException(host + " has several addresses, and which one is meant is not known");
            }
            return all;
        };
    }
}
