/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.PeerDataSource;
import io.peerage.container.app.Shop;
import io.peerage.container.app.Visit;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.EmptyAsset;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/**
 * An application's view of the adapter within Payara Micro: what needs a look at the databases is asked from outside
 * ({@link RunAsClient}), everything else runs inside the server.
 */
@ArquillianTest
class ApplicationIT {

    private static final String PERSISTENCE = """
            <persistence xmlns="https://jakarta.ee/xml/ns/persistence" version="3.0">
              <persistence-unit name="shop" transaction-type="JTA">
                <jta-data-source>jdbc/shop</jta-data-source>
                <class>io.peerage.container.app.Visit</class>
                <properties>
                  <property name="eclipselink.target-database" value="MySQL"/>
                </properties>
              </persistence-unit>
            </persistence>
            """;

    @Inject
    private Shop shop;

    @ArquillianResource
    private URL url;

    @Deployment
    static WebArchive application() {
        return ShrinkWrap.create(WebArchive.class, "shop.war")
                .addPackage(Shop.class.getPackage())
                .addPackages(true, "org.assertj.core")
                .addAsWebInfResource(EmptyAsset.INSTANCE, "beans.xml")
                .addAsResource(new StringAsset(PERSISTENCE), "META-INF/persistence.xml");
    }

    @Test
    void theResourceIsTheDataSourceOfTheAdapter() throws SQLException {
        assertThat(shop.shop()).isInstanceOf(PeerDataSource.class);
        assertThat(shop.shop().unwrap(PeerDataSource.class).peers())
                .extracting("name")
                .containsExactly("peer1", "peer2");
    }

    @Test
    @RunAsClient
    void userTransactionCommitsAndRollsBack() throws Exception {
        assertCommitsAndRollsBack("user", 1);
    }

    @Test
    @RunAsClient
    void transactionalMethodCommitsAndRollsBack() throws Exception {
        assertCommitsAndRollsBack("transactional", 1);
    }

    @Test
    @RunAsClient
    void twoPoolsInOneTransactionArePreparedAndCommittedBothOrRolledBackBoth() throws Exception {
        ManagedServer servers = ManagedServer.shared();
        long prepared = servers.status("Com_xa_prepare");
        long committed = servers.status("Com_xa_commit");
        long rolledBack = servers.status("Com_xa_rollback");

        assertCommitsAndRollsBack("both", 2);

        assertThat(servers.status("Com_xa_prepare") - prepared).as("prepared").isEqualTo(2);
        assertThat(servers.status("Com_xa_commit") - committed).as("committed").isEqualTo(2);
        assertThat(servers.status("Com_xa_rollback") - rolledBack)
                .as("rolled back")
                .isEqualTo(2);
    }

    @Test
    void jpaPersistsAndFindsWithinOneTransaction() {
        String note = note();
        assertThat(shop.persistAndQuery(note))
                .singleElement()
                .satisfies(found -> assertThat(found.id()).isPositive())
                .extracting(Visit::note)
                .isEqualTo(note);
    }

    @Test
    void whatTheContainerDecidesIsRefusedWithinItsTransaction() throws Exception {
        shop.transaction().begin();
        try (Connection connection = shop.shop().getConnection()) {
            assertThat(connection.getAutoCommit()).isFalse();
            assertRefused("commit()", connection::commit);
            assertRefused("rollback()", connection::rollback);
            assertRefused("setAutoCommit(true)", () -> connection.setAutoCommit(true));
            assertThat(text(connection, "SELECT 'still usable'")).isEqualTo("still usable");
        } finally {
            shop.transaction().rollback();
        }
    }

    private static void assertRefused(String call, ThrowingCallable action) {
        assertThatThrownBy(action)
                .isInstanceOf(SQLException.class)
                .hasMessageStartingWith(call + " is not allowed within a transaction of the container")
                .extracting(e -> ((SQLException) e).getSQLState())
                .isEqualTo("25000");
    }

    @Test
    void whatOneBorrowerSetsDoesNotReachTheNext() throws SQLException {
        String connectionId;
        int isolation;
        try (Connection first = shop.single().getConnection()) {
            connectionId = text(first, "SELECT CONNECTION_ID()");
            isolation = first.getTransactionIsolation();
            assertThat(isolation).isNotEqualTo(Connection.TRANSACTION_SERIALIZABLE);
            first.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            first.setCatalog("other");
            first.setReadOnly(true);
            first.setAutoCommit(false);
            assertThat(text(first, "SELECT DATABASE()")).isEqualTo("other");
        }
        try (Connection next = shop.single().getConnection()) {
            assertThat(text(next, "SELECT CONNECTION_ID()"))
                    .as("the same connection to the server")
                    .isEqualTo(connectionId);
            assertThat(next.getTransactionIsolation()).isEqualTo(isolation);
            assertThat(next.getCatalog()).isEqualTo("shop");
            assertThat(next.isReadOnly()).isFalse();
            assertThat(next.getAutoCommit()).isTrue();
            assertThat(text(next, "SELECT CONCAT_WS(' ', DATABASE(), @@autocommit, @@tx_isolation, @@tx_read_only)"))
                    .isEqualTo("shop ON REPEATABLE-READ OFF");
        }
    }

    @Test
    void whatOneBorrowerLeavesUncommittedIsRolledBack() throws SQLException {
        String note = note();
        try (Connection first = shop.single().getConnection()) {
            first.setAutoCommit(false);
            try (Statement insert = first.createStatement()) {
                insert.executeUpdate("INSERT INTO visit (note) VALUES ('" + note + "')");
            }
        }
        try (Connection next = shop.single().getConnection()) {
            assertThat(text(next, "SELECT COUNT(*) FROM visit WHERE note = '" + note + "'"))
                    .isEqualTo("0");
        }
    }

    @Test
    void anotherUserGetsAConnectionOfItsOwn() throws SQLException {
        String user = "SELECT SUBSTRING_INDEX(CURRENT_USER(), '@', 1)";
        for (DataSource source : List.of(shop.shop(), shop.shopAsApplication())) {
            try (Connection guest = source.getConnection("guest", "guest")) {
                assertThat(text(guest, user)).isEqualTo("guest");
            }
            for (int i = 0; i < 10; i++) {
                try (Connection configured = source.getConnection()) {
                    assertThat(text(configured, user)).isEqualTo("app");
                }
            }
        }
        assertThatThrownBy(() -> shop.shop().getConnection("guest", "wrong-Guess"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("Access denied for user 'guest'")
                .hasMessageNotContaining("wrong-Guess");
    }

    @Test
    void aClosedHandleSaysSoWhateverIsAskedOfIt() throws SQLException {
        Connection connection = shop.shop().getConnection();
        Statement statement = connection.createStatement();
        connection.close();
        connection.close();
        assertThat(connection.isClosed()).isTrue();
        assertThat(statement.isClosed()).isTrue();
        assertClosed(connection::createStatement);
        assertClosed(connection::commit);
        assertClosed(() -> connection.setAutoCommit(false));
        assertClosed(() -> statement.executeQuery("SELECT 1"));
    }

    private static void assertClosed(ThrowingCallable action) {
        assertThatThrownBy(action)
                .isInstanceOf(SQLException.class)
                .extracting(e -> ((SQLException) e).getSQLState())
                .isEqualTo("08003");
    }

    private void assertCommitsAndRollsBack(String how, int rows) throws Exception {
        String kept = note();
        visit(how, kept, true);
        assertThat(ManagedServer.shared().visits(kept)).as("committed").isEqualTo(rows);
        String undone = note();
        visit(how, undone, false);
        assertThat(ManagedServer.shared().visits(undone)).as("rolled back").isZero();
    }

    private void visit(String how, String note, boolean commit) throws IOException, InterruptedException {
        URI uri = URI.create(url + "visit?how=" + how + "&note=" + note + "&commit=" + commit);
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(response.body()).isEqualTo("done");
    }

    private static String note() {
        return UUID.randomUUID().toString();
    }

    private static String text(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            assertThat(row.next()).isTrue();
            return row.getString(1);
        }
    }
}
