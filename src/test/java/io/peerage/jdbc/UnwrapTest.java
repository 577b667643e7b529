/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Wrapper;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The one way to the driver's objects. */
class UnwrapTest {

    private final FakeDriver driver = new FakeDriver();
    private final FakeOwner owner = new FakeOwner(driver.connect());
    private final ConnectionHandle connection = new ConnectionHandle(owner, null);
    private List<Wrapper> handles = List.of();

    @BeforeEach
    void openHandles() throws SQLException {
        Statement statement = connection.prepareCall("A");
        handles = List.of(connection, statement, statement.executeQuery("A"), connection.getMetaData());
        driver.drain();
    }

    @Test
    void prefersTheHandleForJdbcInterfaces() throws SQLException {
        for (Wrapper handle : handles) {
            for (Class<?> type : List.of(
                    Connection.class, Statement.class, ResultSet.class, DatabaseMetaData.class, Wrapper.class)) {
                if (type.isInstance(handle)) {
                    assertThat(handle.isWrapperFor(type)).isTrue();
                    assertThat((Object) handle.unwrap(type)).isSameAs(handle);
                }
            }
        }
        assertThat(driver.drain()).isEmpty();
    }

    @Test
    void findsTheDriversObjectByItsOwnInterfaces() throws SQLException {
        for (Wrapper handle : handles) {
            assertThat(handle.isWrapperFor(FakeDriver.Vendor.class)).isTrue();
            assertThat(handle.unwrap(FakeDriver.Vendor.class))
                    .isNotInstanceOfAny(AssociatedHandle.class, MetaDataHandle.class, Tracked.class);
        }
        assertThat(driver.drain()).isEmpty();
    }

    @Test
    void leavesTheRestToTheDriver() throws SQLException {
        for (Wrapper handle : handles) {
            assertThat(handle.isWrapperFor(String.class)).isTrue();
            assertThat(handle.unwrap(String.class)).isEqualTo("sample");
            assertThat(driver.drain())
                    .containsExactly("isWrapperFor(class java.lang.String)", "unwrap(class java.lang.String)");
        }
    }

    @Test
    void reportsWhatTheDriverThrowsOnce() {
        SQLException failure = new SQLException("not a wrapper");
        driver.failOn("unwrap", failure);

        for (Wrapper handle : handles) {
            owner.failures.clear();
            assertThatThrownBy(() -> handle.unwrap(String.class)).isSameAs(failure);
            assertThat(owner.failures).containsExactly(failure);
        }
    }
}
