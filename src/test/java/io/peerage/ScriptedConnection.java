/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import javax.sql.XAConnection;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a {@link ScriptedServer}. Of its calls it records those that a real driver sends to its server,
 * and closing; pings, with which each unit of work begins on a driver without a socket, it only counts. Thread-safe for
 * recording only.
 */
final class ScriptedConnection {

    /** Calls that a driver answers without its server. */
    private static final Set<String> LOCAL = Set.of(
            "getXAResource",
            "getConnection",
            "createStatement",
            "getAutoCommit",
            "clearWarnings",
            "setNetworkTimeout",
            "getMetaData",
            "isClosed",
            "getTransactionIsolation");

    private static final Map<Integer, String> FLAGS = Map.of(
            XAResource.TMNOFLAGS,
            "NOFLAGS",
            XAResource.TMSUCCESS,
            "SUCCESS",
            XAResource.TMFAIL,
            "FAIL",
            XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN,
            "SCAN");

    private final ScriptedServer server;
    private final @Nullable String user;
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final XAResource xaResource = object(XAResource.class);
    private final Connection connection = object(Connection.class);
    private final XAConnection xaConnection = object(XAConnection.class);
    private final AtomicInteger pings = new AtomicInteger();
    private volatile boolean autoCommit = true;
    private volatile int isolation = Connection.TRANSACTION_READ_COMMITTED;
    private volatile boolean closed;

    ScriptedConnection(ScriptedServer server, @Nullable String user) {
        this.server = server;
        this.user = user;
    }

    XAConnection xaConnection() {
        return xaConnection;
    }

    boolean isClosed() {
        return closed;
    }

    @Nullable String user() {
        return user;
    }

    /** Returns how many pings were sent so far. */
    int pings() {
        return pings.get();
    }

    /** Returns what was sent and not drained. */
    List<String> calls() {
        return List.copyOf(calls);
    }

    /** Returns what was sent since the last time this was asked. */
    List<String> drain() {
        List<String> drained = List.copyOf(calls);
        calls.clear();
        return drained;
    }

    private <T> T object(Class<T> type) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            if (method.getDeclaringClass() == Object.class) {
                return objectMethod(type, proxy, method, arguments);
            }
            List<@Nullable Object> list = arguments == null ? List.of() : Arrays.asList(arguments);
            String name = method.getName()
                    + (type == Statement.class && method.getName().equals("close") ? "Statement" : "");
            if (name.equals("isValid")) {
                pings.incrementAndGet();
            } else if (!LOCAL.contains(name)) {
                calls.add(
                        name + list.stream().map(ScriptedConnection::text).collect(Collectors.joining(", ", "(", ")")));
            }
            Throwable failure = server.failure(name);
            if (failure instanceof RuntimeException
                    || failure instanceof Error
                    || Arrays.stream(method.getExceptionTypes()).anyMatch(t -> t.isInstance(failure))) {
                throw failure;
            }
            return answer(type, name, list);
        };
        return type.cast(Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {type}, handler));
    }

    private @Nullable Object answer(Class<?> type, String name, List<@Nullable Object> arguments) throws SQLException {
        return switch (name) {
            case "getXAResource" -> xaResource;
            case "getConnection" -> connection;
            case "createStatement" -> object(Statement.class);
            case "getMetaData" -> object(DatabaseMetaData.class);
            case "getDatabaseProductName" -> "Scripted";
            case "getDatabaseProductVersion" -> "1.0";
            case "getUserName" -> user;
            case "execute", "isValid" -> true;
            case "executeUpdate", "getMaxConnections" -> 0;
            case "prepare" -> {
                Branch branch = Branch.of((Xid) argument(arguments));
                server.prepared().put(branch.toString(), branch);
                yield XAResource.XA_OK;
            }
            case "recover" -> server.prepared().values().toArray(Xid[]::new);
            case "isClosed" -> closed;
            case "getAutoCommit" -> autoCommit;
            case "getTransactionIsolation" -> isolation;
            case "setAutoCommit" -> {
                autoCommit = (Boolean) argument(arguments);
                yield null;
            }
            case "setTransactionIsolation" -> {
                isolation = (Integer) argument(arguments);
                yield null;
            }
            case "close" -> {
                closed = true;
                yield null;
            }
            case "commit", "rollback" -> {
                if (!arguments.isEmpty()) {
                    server.prepared().remove(text(arguments.get(0)));
                }
                yield null;
            }
            case "start", "end", "forget", "closeStatement", "clearWarnings", "setNetworkTimeout" -> null;
            default -> throw new SQLException("a scripted " + type.getSimpleName() + " has no " + name);
        };
    }

    private static Object argument(List<@Nullable Object> arguments) {
        Object argument = arguments.get(0);
        if (argument == null) {
            throw new IllegalArgumentException("null");
        }
        return argument;
    }

    private static String text(@Nullable Object argument) {
        if (argument instanceof Xid xid) {
            return Branch.of(xid).toString();
        }
        String flags = argument instanceof Integer number ? FLAGS.get(number) : null;
        return flags == null ? String.valueOf(argument) : flags;
    }

    private static Object objectMethod(
            Class<?> type, Object proxy, Method method, @Nullable Object @Nullable [] arguments) {
        return switch (method.getName()) {
            case "equals" -> arguments != null && proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> "scripted " + type.getSimpleName();
        };
    }
}
