/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import io.peerage.local.LocalPeer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/** {@link SessionTextContract} on MariaDB, with either driver. */
class SessionOnMariaDbIT {

    private static LocalPeer peer;

    @BeforeAll
    static void start() {
        peer = LocalPeer.start("session");
    }

    @AfterAll
    static void stop() {
        peer.close();
    }

    @Nested
    class WithMySqlConnector extends SessionTextContract {

        @Override
        LocalPeer peer() {
            return peer;
        }

        @Override
        String driver() {
            return "mysql";
        }

        @Override
        String properties() {
            return "";
        }
    }

    @Nested
    class WithMariaDbConnector extends SessionTextContract {

        @Override
        LocalPeer peer() {
            return peer;
        }

        @Override
        String driver() {
            return "mariadb";
        }

        @Override
        String properties() {
            return "sslMode=disable";
        }
    }
}
