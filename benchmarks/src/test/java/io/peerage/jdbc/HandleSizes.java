/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.function.Supplier;

/** How many bytes a handle is on this JVM, found by making some that stay. Stateless. */
public final class HandleSizes {

    private static final int MADE = 10_000;

    private HandleSizes() {}

    public static double preparedStatement(Owner owner, Session session, PreparedStatement statement) {
        Association association = new Association(new ConnectionHandle(owner, null), owner);
        return bytes(() -> new PreparedStatementHandle<>(association, session, statement));
    }

    public static double resultSet(Owner owner, Session session, PreparedStatement statement, ResultSet rows) {
        Association association = new Association(new ConnectionHandle(owner, null), owner);
        StatementHandle<?> opener = new PreparedStatementHandle<>(association, session, statement);
        return bytes(() -> new ResultSetHandle(association, session, opener, rows));
    }

    private static double bytes(Supplier<Object> maker) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Object[] made = new Object[MADE];
        // which loads the class
        made[0] = maker.get();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < MADE; i++) {
            made[i] = maker.get();
        }
        return (threads.getCurrentThreadAllocatedBytes() - before) / (double) MADE;
    }
}
