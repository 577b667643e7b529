/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.jdbc.ServerStatus;
import io.peerage.jdbc.Session;
import io.peerage.net.LinkSocket;
import io.peerage.server.ReachedServer;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.XAConnection;
import org.jspecify.annotations.Nullable;

/** What a login came to of whose server nothing is known. Its own class: a model that is checked loads nothing more. */
final class FakeLogin {

    private FakeLogin() {}

    static PhysicalConnection.Login of(
            long generation,
            XAConnection driver,
            @Nullable SQLException lastResort,
            long idleNanos,
            long atNanos,
            long expiresAtNanos)
            throws SQLException {
        return new PhysicalConnection.Login(
                generation,
                driver,
                new Session(driver.getConnection(), new ServerStatus() {}),
                "app",
                LinkSocket.NONE,
                0,
                () -> {},
                lastResort,
                ReachedServer.UNKNOWN,
                idleNanos,
                null,
                new AtomicBoolean(),
                atNanos,
                expiresAtNanos);
    }
}
