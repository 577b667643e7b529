/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.InputStream;
import java.io.Reader;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What must hold for every method of every JDBC interface, whoever wrote it. */
class DelegationTest {

    private final FakeDriver driver = new FakeDriver();
    private final FakeOwner owner = new FakeOwner(driver.connect());
    private final ConnectionHandle connection = new ConnectionHandle(owner, null);

    /** All but those that ConnectionHandleTest and UnwrapTest are about. */
    static Stream<Delegation> delegated() {
        return Delegation.all()
                .filter(each -> !each.isUnwrapping())
                .filter(each -> !each.is(Connection.class, "close", "isClosed", "getAutoCommit", "setAutoCommit"));
    }

    /** All but the one that fails of a connection of the driver's own: StatementHandleTest is about it. */
    static Stream<Delegation> fallible() {
        return delegated()
                .filter(Delegation::throwsSqlException)
                .filter(each -> !each.method().getName().equals("cancel"));
    }

    static Stream<Delegation> refusedAfterClose() {
        return Delegation.all()
                .filter(Delegation::throwsSqlException)
                .filter(each -> !each.method().getName().matches("close|isClosed|abort|isValid|cancel"));
    }

    @Test
    void knowsAllOfJdbc() {
        assertThat(Delegation.all()).hasSizeGreaterThan(800);
    }

    @ParameterizedTest
    @MethodSource("delegated")
    void delegatesOnceWithTheSameArguments(Delegation delegation) throws Throwable {
        Object handle = delegation.open(connection);
        driver.calls().clear();
        List<Integer> runningInside = new ArrayList<>();
        driver.hook(call -> runningInside.add(owner.session.activity().running()));
        @Nullable Object[] arguments = Samples.arguments(delegation.method());

        Object result = FakeDriver.invoke(handle, delegation.method(), arguments);

        List<FakeDriver.Call> calls = driver.calls().stream()
                .filter(call ->
                        call.method().getName().equals(delegation.method().getName()))
                .toList();
        assertThat(calls).hasSize(1);
        assertThat(calls.get(0).arguments())
                .usingElementComparator((a, b) -> a == b || equal(a, b) ? 0 : 1)
                .containsExactly(arguments);
        if (Delegation.JDBC_TYPES.contains(delegation.method().getReturnType())) {
            assertThat(result)
                    .isInstanceOfAny(
                            ConnectionHandle.class,
                            StatementHandle.class,
                            ResultSetHandle.class,
                            MetaDataRowsHandle.class,
                            MetaDataHandle.class);
        } else {
            assertThat(result).isEqualTo(driver.lastAnswer());
        }
        assertThat(runningInside.get(runningInside.size() - 1) != 0).isEqualTo(mayTalk(delegation));
        assertThat(owner.session.activity().running()).isZero();
        // to abort a connection is to lose it
        assertThat(owner.failures).hasSize(delegation.is(Connection.class, "abort") ? 1 : 0);
    }

    private static boolean equal(@Nullable Object a, @Nullable Object b) {
        // streams are watched
        return (a instanceof InputStream && b instanceof InputStream)
                || (a instanceof Reader && b instanceof Reader)
                || (a != null && !a.getClass().isArray() && a.equals(b));
    }

    /** Says again, in other words than the generator, which calls are marked as in flight. */
    private static boolean mayTalk(Delegation delegation) {
        String name = delegation.method().getName();
        Class<?> declaring = delegation.method().getDeclaringClass();
        if (declaring == ResultSet.class) {
            return List.of(
                            "next",
                            "previous",
                            "first",
                            "last",
                            "absolute",
                            "relative",
                            "beforeFirst",
                            "afterLast",
                            "insertRow",
                            "updateRow",
                            "deleteRow",
                            "refreshRow",
                            "close",
                            "moveToInsertRow",
                            "moveToCurrentRow")
                    .contains(name);
        }
        if (declaring == Connection.class) {
            return true;
        }
        if (declaring == DatabaseMetaData.class) {
            return delegation.throwsSqlException();
        }
        if (declaring == Statement.class) {
            return !name.equals("cancel");
        }
        return name.startsWith("execute") || name.equals("getMetaData") || name.equals("getParameterMetaData");
    }

    @ParameterizedTest
    @MethodSource("fallible")
    void reportsWhatTheDriverThrowsOnceAndThrowsWhatTheOwnerReturns(Delegation delegation) throws Throwable {
        Object handle = delegation.open(connection);
        SQLException failure =
                Arrays.asList(delegation.method().getExceptionTypes()).contains(SQLClientInfoException.class)
                        ? new SQLClientInfoException()
                        : new SQLException("planned", "HY000");
        SQLException translated = new SQLException("translated", "HY001");
        owner.translation = ignored -> translated;
        driver.failOn(delegation.method().getName(), failure);

        Throwable thrown = catchThrowable(
                () -> FakeDriver.invoke(handle, delegation.method(), Samples.arguments(delegation.method())));

        assertThat(owner.failures).containsExactly(failure);
        if (failure instanceof SQLClientInfoException) {
            assertThat(thrown).isInstanceOf(SQLClientInfoException.class).hasCause(translated);
        } else {
            assertThat(thrown).isSameAs(translated);
        }
        assertThat(owner.session.activity().running()).isZero();
    }

    @ParameterizedTest
    @MethodSource("delegated")
    void letsRuntimeExceptionsThrough(Delegation delegation) throws Throwable {
        Object handle = delegation.open(connection);
        RuntimeException failure = new IllegalStateException("planned");
        driver.hook(call -> {
            throw failure;
        });

        Throwable thrown = catchThrowable(
                () -> FakeDriver.invoke(handle, delegation.method(), Samples.arguments(delegation.method())));

        assertThat(thrown).isSameAs(failure);
        assertThat(owner.failures).isEmpty();
        // what may have been half said to the server by then, nobody knows
        assertThat(owner.spoiled).hasSize(mayTalk(delegation) ? 1 : 0);
        assertThat(owner.session.activity().running()).isZero();
    }

    @ParameterizedTest
    @MethodSource("refusedAfterClose")
    void refusesAfterItsOwnClose(Delegation delegation) throws Throwable {
        Object handle = delegation.open(connection);
        (handle instanceof DatabaseMetaData ? connection : (AutoCloseable) handle).close();
        driver.calls().clear();

        assertRefused(handle, delegation, stateAfterClose(handle));
    }

    /** For class 08 pools throw the connection away, which lives. */
    private static String stateAfterClose(Object handle) {
        if (handle instanceof ResultSet) {
            return "24000";
        }
        return handle instanceof Statement ? "HY010" : "08003";
    }

    @ParameterizedTest
    @MethodSource("refusedAfterClose")
    void refusesAfterTheConnectionWasInvalidated(Delegation delegation) throws Throwable {
        Object handle = delegation.open(connection);
        connection.invalidate();
        driver.calls().clear();

        assertRefused(handle, delegation, "08003");
    }

    @ParameterizedTest
    @MethodSource("refusedAfterClose")
    void refusesAfterTheConnectionWasAbandoned(Delegation delegation) throws Throwable {
        Object handle = delegation.open(connection);
        driver.calls().clear();
        connection.abandon();

        assertRefused(handle, delegation, "08003");
    }

    private void assertRefused(Object handle, Delegation delegation, String state) {
        Throwable thrown = catchThrowable(
                () -> FakeDriver.invoke(handle, delegation.method(), Samples.arguments(delegation.method())));

        assertThat(thrown)
                .isInstanceOfSatisfying(
                        SQLException.class,
                        refusal -> assertThat(refusal.getSQLState()).isEqualTo(state));
        assertThat(driver.calls()).isEmpty();
        assertThat(owner.failures).isEmpty();
    }

    @Test
    void keepsEveryPublicMethodOpenForSubclassesOfContainers() {
        Stream.<Class<?>>of(
                        ConnectionHandle.class,
                        StatementHandle.class,
                        PreparedStatementHandle.class,
                        CallableStatementHandle.class,
                        ResultSetHandle.class,
                        MetaDataRowsHandle.class,
                        MetaDataHandle.class)
                .forEach(type -> {
                    assertThat(type).isPublic().isNotFinal();
                    assertThat(type.getMethods())
                            .filteredOn(method -> method.getDeclaringClass() != Object.class)
                            .noneMatch(method -> java.lang.reflect.Modifier.isFinal(method.getModifiers()));
                });
    }

    @Test
    void returnsTheCreatorNotTheDriversObject() throws SQLException {
        Statement statement = connection.createStatement();
        PreparedStatement prepared = connection.prepareStatement("SELECT 1");
        ResultSet rows = prepared.executeQuery();

        assertThat(statement.getConnection()).isSameAs(connection);
        assertThat(connection.getMetaData().getConnection()).isSameAs(connection);
        assertThat(rows.getStatement()).isSameAs(prepared);
        assertThat(connection.getMetaData().getTables(null, null, null, null).getStatement())
                .isInstanceOf(StatementHandle.class);
    }
}
