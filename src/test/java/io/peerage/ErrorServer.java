/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.peerage.local.Facilities;
import io.peerage.local.Flavours;
import io.peerage.local.LocalPeer;

/** The servers whose errors are looked at, through both drivers. */
enum ErrorServer {
    MARIADB {
        @Override
        LocalPeer start(String... options) {
            return LocalPeer.start(Flavours.mariaDb(), "errors", options);
        }
    },
    MYSQL {
        @Override
        LocalPeer start(String... options) {
            assumeTrue(Facilities.mySql(), "there is no MySQL server");
            return LocalPeer.start(Flavours.mySql(), "errors", options);
        }
    };

    abstract LocalPeer start(String... options);

    ObservedUnit unit(LocalPeer peer, String driver, String properties) throws Exception {
        return unit(peer, driver, properties, "INSERT INTO t VALUES (7)");
    }

    /** @param first what the transaction begins with: a row of 7 in {@code t} */
    ObservedUnit unit(LocalPeer peer, String driver, String properties, String first) throws Exception {
        PeerManagedConnectionFactory factory = LocalFactories.create();
        factory.setDriver(driver);
        factory.setPeers(peer.address());
        // how this driver logs in to a default MySQL without TLS
        String login = this == MYSQL && driver.equals("mariadb") ? "allowPublicKeyRetrieval=true" : "";
        factory.setConnectionProperties(
                properties.isEmpty() || login.isEmpty() ? properties + login : properties + ";" + login);
        return new ObservedUnit(factory, first, () -> peer.status("Connections"));
    }
}
