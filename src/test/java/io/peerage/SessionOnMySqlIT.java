/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import io.peerage.local.Flavours;
import io.peerage.local.LocalPeer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.condition.EnabledIf;

/** {@link SessionTextContract} on MySQL as it is installed, with either driver. */
@EnabledIf("io.peerage.local.Facilities#mySql")
class SessionOnMySqlIT {

    private static LocalPeer peer;

    @BeforeAll
    static void start() {
        peer = LocalPeer.start(Flavours.mySql(), "session");
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
            return "sslMode=trust";
        }
    }
}
