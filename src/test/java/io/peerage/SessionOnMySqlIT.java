/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import io.peerage.local.Flavours;
import io.peerage.local.LocalPeer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.condition.EnabledIf;

/** {@link SessionTextContract} and {@link TransactionTextContract} on MySQL as it is installed, with either driver. */
@EnabledIf("io.peerage.local.Facilities#mySql")
class SessionOnMySqlIT {

    @AutoClose
    private static LocalPeer peer;

    @BeforeAll
    static void start() {
        peer = LocalPeer.start(Flavours.mySql(), "session");
    }

    @Nested
    class SessionWithMySqlConnector extends SessionTextContract {

        SessionWithMySqlConnector() {
            super(SessionOnMySqlIT.peer, "mysql", "");
        }
    }

    @Nested
    class TransactionWithMySqlConnector extends TransactionTextContract {

        TransactionWithMySqlConnector() {
            super(SessionOnMySqlIT.peer, "mysql", "");
        }
    }

    @Nested
    class SessionWithMariaDbConnector extends SessionTextContract {

        SessionWithMariaDbConnector() {
            super(SessionOnMySqlIT.peer, "mariadb", "sslMode=trust");
        }
    }

    @Nested
    class TransactionWithMariaDbConnector extends TransactionTextContract {

        TransactionWithMariaDbConnector() {
            super(SessionOnMySqlIT.peer, "mariadb", "sslMode=trust");
        }
    }
}
