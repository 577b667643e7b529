/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** A managed connection that records what handles tell it. Thread-safe for recording only. */
final class FakeOwner implements Owner {

    final List<SQLException> failures = new CopyOnWriteArrayList<>();
    final List<SQLException> failuresByApplication = new CopyOnWriteArrayList<>();
    final List<Session> spoiled = new CopyOnWriteArrayList<>();
    final List<Connection> closed = new CopyOnWriteArrayList<>();

    /** What the application gets to see of a failure. */
    UnaryOperator<SQLException> translation = failure -> failure;

    Consumer<Session> onFailure = from -> {};
    Session session;

    FakeOwner(Connection driverConnection) {
        this.session = new Session(driverConnection, new ServerStatus() {});
    }

    @Override
    public Session session() {
        return session;
    }

    @Override
    public SQLException failed(SQLException failure, Session from, boolean byApplication) {
        onFailure.accept(from);
        (byApplication ? failuresByApplication : failures).add(failure);
        return translation.apply(failure);
    }

    @Override
    public void spoiled(Session from) {
        spoiled.add(from);
    }

    @Override
    public boolean inManagedTransaction() {
        return session.inManagedTransaction();
    }

    @Override
    public void closed(Connection handle) {
        closed.add(handle);
    }
}
