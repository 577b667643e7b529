/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import io.peerage.local.LocalPeer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/** {@link SessionTextContract} and {@link TransactionTextContract} on MariaDB, with either driver. */
class SessionOnMariaDbIT {

    @AutoClose
    private static LocalPeer peer;

    @BeforeAll
    static void start() {
        peer = LocalPeer.start("session");
    }

    @Nested
    class SessionWithMySqlConnector extends SessionTextContract {

        SessionWithMySqlConnector() {
            super(SessionOnMariaDbIT.peer, "mysql", "");
        }
    }

    @Nested
    class TransactionWithMySqlConnector extends TransactionTextContract {

        TransactionWithMySqlConnector() {
            super(SessionOnMariaDbIT.peer, "mysql", "");
        }
    }

    @Nested
    class SessionWithMariaDbConnector extends SessionTextContract {

        SessionWithMariaDbConnector() {
            super(SessionOnMariaDbIT.peer, "mariadb", "sslMode=disable");
        }
    }

    @Nested
    class TransactionWithMariaDbConnector extends TransactionTextContract {

        TransactionWithMariaDbConnector() {
            super(SessionOnMariaDbIT.peer, "mariadb", "sslMode=disable");
        }
    }
}
