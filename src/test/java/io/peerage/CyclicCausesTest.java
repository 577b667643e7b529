/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Failures whose causes, or next exceptions, lead back to themselves: whoever walks along them must come to an end. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CyclicCausesTest {

    @AutoClose
    private final ScriptedServer server = new ScriptedServer();

    private final PeerManagedConnectionFactory factory = server.factory();
    private final PeerDataSource source = factory.createConnectionFactory();

    private static <T extends Exception> T circle(T failure) {
        failure.initCause(new IllegalStateException("of " + failure.getMessage(), failure));
        return failure;
    }

    private static SQLException ofConnect() {
        return circle(new SQLException("cannot connect", "08001"));
    }

    @Test
    void ofACause() {
        server.failOn("getXAConnection", ofConnect());
        assertThat(catchThrowable(source::getConnection))
                .isInstanceOf(SQLTransientConnectionException.class)
                .hasMessageContaining("peer is down: cannot connect");
    }

    @Test
    void ofANextException() {
        SQLException first = new SQLException("cannot connect", "08001");
        SQLException second = new SQLException("for this reason", "08001");
        first.setNextException(second);
        second.setNextException(first);
        server.failOn("getXAConnection", first);
        assertThat(catchThrowable(source::getConnection)).isInstanceOf(SQLTransientConnectionException.class);
    }

    /** A failed check is what {@link io.peerage.connect.PhysicalConnection#close} looks at for silence. */
    @Test
    void whileAConnectionIsClosed() throws SQLException {
        Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        server.failOn("getXAConnection", circle(new SQLException("no answer", "08001")));
        server.failNext("execute", circle(new SQLException("link lost", "08S01")));
        assertThat(catchThrowable(() -> statement.execute("SELECT 1"))).hasMessage("link lost");
        connection.close();
        assertThat(server.open()).isZero();
    }

    @Test
    void ofAnAnswerToXaWork() throws Exception {
        var managed = factory.createManagedConnection(null, null);
        XAResource resource = managed.getXAResource();
        Branch branch = new Branch("g", "1");
        XAException failure = new XAException("refused");
        failure.errorCode = XAException.XAER_RMERR;
        server.failNext("start", circle(failure));
        assertThat(catchThrowable(() -> resource.start(branch, XAResource.TMNOFLAGS)))
                .isInstanceOf(XAException.class);
        managed.destroy();
        assertThat(server.open()).isZero();
    }

    @Test
    void deepWithinACircleTheReasonIsStillFound() {
        SQLException failure = new SQLException("cannot connect", "08001");
        SocketTimeoutException reason = new SocketTimeoutException("timed out");
        failure.initCause(reason);
        reason.initCause(failure);
        server.failOn("getXAConnection", failure);
        assertThat(catchThrowable(source::getConnection))
                .hasMessageContaining("cannot connect (SocketTimeoutException: timed out)");
    }
}
