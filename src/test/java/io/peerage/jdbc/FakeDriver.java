/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A driver that records every call and remembers what it is set to. Its objects are proxies, so it knows every method
 * of JDBC. Thread-safe for recording only.
 */
final class FakeDriver {

    /** One call of a driver's object. */
    record Call(Object target, Method method, List<@Nullable Object> arguments) {

        /** An executor has no readable name and is left out. */
        @Override
        public String toString() {
            return method.getName()
                    + arguments.stream()
                            .filter(argument -> !(argument instanceof Executor))
                            .map(String::valueOf)
                            .collect(Collectors.joining(", ", "(", ")"));
        }
    }

    /** Looks on while a call runs, and makes it fail. */
    @FunctionalInterface
    interface Hook {
        void during(Call call) throws SQLException;
    }

    /** What the driver's objects are besides JDBC. */
    interface Vendor {}

    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private Hook hook = call -> {};
    private @Nullable Object lastAnswer;
    private String ignored = "";
    private String nullMethod = "";
    private boolean closesOnCompletion;

    /** Returns a connection as JDBC says a new one is. */
    Connection connect() {
        Map<String, @Nullable Object> state = new HashMap<>();
        state.put("autocommit", true);
        state.put("transactionisolation", Connection.TRANSACTION_READ_COMMITTED);
        state.put("readonly", false);
        state.put("catalog", "shop");
        state.put("schema", null);
        state.put("holdability", ResultSet.CLOSE_CURSORS_AT_COMMIT);
        state.put("networktimeout", 0);
        state.put("typemap", Map.of());
        state.put("clientinfo", new Properties());
        return object(Connection.class, state);
    }

    /** Returns a connection whose validation fails. */
    Connection invalidConnection() {
        Map<String, @Nullable Object> state = new HashMap<>();
        state.put("valid", false);
        return object(Connection.class, state);
    }

    void hook(Hook during) {
        this.hook = during;
    }

    /** Makes each call of {@code method} fail. */
    void failOn(String method, SQLException failure) {
        hook(call -> {
            if (call.method().getName().equals(method)) {
                throw failure;
            }
        });
    }

    /** Returns what the last call returned; null for void. */
    @Nullable Object lastAnswer() {
        return lastAnswer;
    }

    /** Makes setting {@code property} have no effect, as with schemas of MySQL. */
    void ignoreSetting(String property) {
        ignored = property;
    }

    /** Makes {@code method} return null. */
    void answerNull(String method) {
        nullMethod = method;
    }

    /** Makes everything report itself as closed, as a statement does after its last result set. */
    void closeOnCompletion() {
        closesOnCompletion = true;
    }

    List<Call> calls() {
        return calls;
    }

    /** Returns the calls since the last time this was asked. */
    List<String> drain() {
        List<String> drained = calls.stream().map(Call::toString).toList();
        calls.clear();
        return drained;
    }

    <T> T object(Class<T> type) {
        return object(type, new HashMap<>());
    }

    private <T> T object(Class<T> type, Map<String, @Nullable Object> state) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            if (method.getDeclaringClass() == Object.class) {
                return objectMethod(type, proxy, method, arguments);
            }
            List<@Nullable Object> list = arguments == null ? List.of() : Arrays.asList(arguments);
            Call call = new Call(proxy, method, new ArrayList<>(list));
            calls.add(call);
            hook.during(call);
            lastAnswer = answer(call, state);
            return lastAnswer;
        };
        return type.cast(Proxy.newProxyInstance(
                FakeDriver.class.getClassLoader(), new Class<?>[] {type, Vendor.class}, handler));
    }

    private @Nullable Object answer(Call call, Map<String, @Nullable Object> state) {
        String name = call.method().getName().toLowerCase(Locale.ROOT);
        String property = name.replaceFirst("^(set|get|is)", "");
        if (call.method().getName().equals(nullMethod)) {
            return null;
        } else if (name.startsWith("set")
                && !property.equals(ignored)
                && !call.arguments().isEmpty()) {
            state.put(property, call.arguments().get(call.arguments().size() - 1));
        } else if (state.containsKey(property) && (call.arguments().isEmpty() || name.equals("isvalid"))) {
            return state.get(property);
        } else if (name.equals("isclosed")) {
            return closesOnCompletion;
        }
        Class<?> result = call.method().getReturnType();
        return Delegation.JDBC_TYPES.contains(result) ? object(result) : Samples.of(result);
    }

    private static Object objectMethod(
            Class<?> type, Object proxy, Method method, @Nullable Object @Nullable [] arguments) {
        return switch (method.getName()) {
            case "equals" -> arguments != null && proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> "driver's " + type.getSimpleName();
        };
    }

    /** Calls {@code method} and throws what it throws. */
    static @Nullable Object invoke(Object target, Method method, @Nullable Object... arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
    }
}
