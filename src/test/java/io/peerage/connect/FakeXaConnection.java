/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.ConnectionEventListener;
import javax.sql.StatementEventListener;
import javax.sql.XAConnection;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;

/** A driver's connection that answers pings, or does not, and notes how it ended. Confined to the test's thread. */
final class FakeXaConnection implements XAConnection {

    private final Connection connection = (Connection) Proxy.newProxyInstance(
            FakeXaConnection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                return switch (method.getName()) {
                    case "isValid" -> ping();
                    case "abort" -> noteAbort();
                    default -> throw new UnsupportedOperationException(method.getName());
                };
            });
    private final XAResource resource = (XAResource) Proxy.newProxyInstance(
            FakeXaConnection.class.getClassLoader(), new Class<?>[] {XAResource.class}, (proxy, method, arguments) -> {
                throw new UnsupportedOperationException(method.getName());
            });

    private Ping ping = () -> true;
    private int aborts;
    private @Nullable Error abortFails;
    private int closes;

    /** What becomes of a ping. */
    @FunctionalInterface
    interface Ping {
        boolean answered() throws SQLException;
    }

    private @Nullable Object noteAbort() {
        aborts++;
        if (abortFails != null) {
            throw abortFails;
        }
        return null;
    }

    /** Has each abort end in {@code failure}, or well again. */
    void failAborts(@Nullable Error failure) {
        abortFails = failure;
    }

    private boolean ping() throws SQLException {
        return ping.answered();
    }

    void onPing(Ping answer) {
        ping = answer;
    }

    int aborts() {
        return aborts;
    }

    int closes() {
        return closes;
    }

    @Override
    public XAResource getXAResource() {
        return resource;
    }

    @Override
    public Connection getConnection() {
        return connection;
    }

    @Override
    public void close() {
        closes++;
    }

    @Override
    public void addConnectionEventListener(ConnectionEventListener listener) {}

    @Override
    public void removeConnectionEventListener(ConnectionEventListener listener) {}

    @Override
    public void addStatementEventListener(StatementEventListener listener) {}

    @Override
    public void removeStatementEventListener(StatementEventListener listener) {}
}
