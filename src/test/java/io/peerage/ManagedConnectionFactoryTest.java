/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.connect.Credentials;
import io.peerage.local.Patience;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;
import jakarta.resource.spi.ResourceAdapter;
import jakarta.resource.spi.SecurityException;
import jakarta.resource.spi.security.PasswordCredential;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import javax.naming.Reference;
import javax.security.auth.Subject;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What containers do with the factory: create, match, validate, copy (Jakarta Connectors 2.1). */
class ManagedConnectionFactoryTest {

    @AutoClose
    private final ScriptedServer server = new ScriptedServer();

    private final PeerManagedConnectionFactory factory = server.factory();

    private static ConnectionRequestInfo request(String user, String password) {
        return new ConnectionRequest(Credentials.of(user, password));
    }

    private static Subject subject(ManagedConnectionFactory owner, String user, String password) {
        PasswordCredential credential = new PasswordCredential(user, password.toCharArray());
        credential.setManagedConnectionFactory(owner);
        return new Subject(false, Set.of(), Set.of(), Set.of(credential));
    }

    private String userOf(@Nullable Subject subject, @Nullable ConnectionRequestInfo request) throws ResourceException {
        int before = server.connections().size();
        ManagedConnection managed = factory.createManagedConnection(subject, request);
        assertThat(managed.getConnection(subject, request)).isInstanceOf(Connection.class);
        managed.destroy();
        return String.valueOf(server.connections().get(before).user());
    }

    private int connections() throws SQLException {
        return factory.createConnectionFactory().peers().get(0).connections();
    }

    @Test
    void aSubjectIsOptional() throws Exception {
        assertThat(userOf(null, null)).as("recovery passes no request").isEqualTo("app");
        assertThat(userOf(new Subject(), null)).isEqualTo("app");
        assertThat(userOf(null, request("eve", "x"))).isEqualTo("eve");
        assertThat(userOf(new Subject(), request("eve", "x"))).isEqualTo("eve");
    }

    @Test
    void aSubjectsCredentialForThisFactoryCounts() throws Exception {
        assertThat(userOf(subject(factory, "adam", "x"), null)).isEqualTo("adam");
        assertThat(userOf(subject(factory, "adam", "x"), request("eve", "x")))
                .as("whom the container names wins over whom the application asks for")
                .isEqualTo("adam");
        PeerManagedConnectionFactory equal = server.factory();
        assertThat(userOf(subject(equal, "adam", "x"), null)).isEqualTo("adam");
    }

    @Test
    void aSubjectsCredentialForAnotherFactoryIsIgnored() throws Exception {
        PeerManagedConnectionFactory another = server.factory();
        another.setGroupName("another");
        assertThat(userOf(subject(another, "adam", "x"), null)).isEqualTo("app");
    }

    /** Payara passes one where the deployer configured none: facts/app-servers.md section 0, point 7. */
    @Test
    void anEmptyUserMeansTheConfiguredOne() throws Exception {
        assertThat(userOf(subject(factory, "", ""), null)).isEqualTo("app");
        assertThat(userOf(subject(factory, "", ""), request("eve", "x"))).isEqualTo("eve");
    }

    @Test
    void matchesOnlyItsOwnWithTheSameCredentials() throws Exception {
        ManagedConnection configured = factory.createManagedConnection(null, null);
        ManagedConnection eve = factory.createManagedConnection(null, request("eve", "x"));
        PeerManagedConnectionFactory another = server.factory();
        another.setGroupName("another");
        ManagedConnection foreign = another.createManagedConnection(null, null);
        Object stranger = stranger(ManagedConnection.class);

        Set<Object> all = Set.of("no connection", stranger, foreign, configured, eve);
        assertThat(factory.matchManagedConnections(all, null, null)).isSameAs(configured);
        assertThat(factory.matchManagedConnections(all, null, request("eve", "x")))
                .isSameAs(eve);
        assertThat(factory.matchManagedConnections(all, subject(factory, "eve", "x"), null))
                .isSameAs(eve);
        assertThat(factory.matchManagedConnections(all, null, request("eve", "y")))
                .isNull();
        assertThat(factory.matchManagedConnections(all, null, request("adam", "x")))
                .isNull();
        assertThat(factory.matchManagedConnections(Set.of(configured), null, null))
                .isSameAs(configured);
        assertThat(factory.matchManagedConnections(Set.of(eve), null, null)).isNull();
        assertThat(factory.matchManagedConnections(Set.of(foreign), null, null)).isNull();
        assertThat(factory.matchManagedConnections(Set.of(), null, null)).isNull();
        configured.destroy();
        eve.destroy();
        foreign.destroy();
    }

    /** Payara matches a transaction's connection while it has handles: facts/app-servers.md, section 1. */
    @Test
    void matchesAConnectionInUse() throws Exception {
        ManagedConnection managed = factory.createManagedConnection(null, null);
        Connection handle = (Connection) managed.getConnection(null, null);
        assertThat(factory.matchManagedConnections(Set.of(managed), null, null)).isSameAs(managed);
        assertThat(handle.isClosed()).isFalse();
        managed.destroy();
    }

    @Test
    void invalidAreThoseThatWereLostOrDestroyed() throws Exception {
        ManagedConnection sound = factory.createManagedConnection(null, null);
        ManagedConnection destroyed = factory.createManagedConnection(null, null);
        destroyed.destroy();
        ManagedConnection lost = factory.createManagedConnection(null, null);
        try (Connection connection = (Connection) lost.getConnection(null, null);
                Statement statement = connection.createStatement()) {
            server.failOn("execute", ScriptedServer.lost());
            assertThatThrownBy(() -> statement.execute("SELECT 1")).isInstanceOf(SQLException.class);
        }
        assertThat(factory.getInvalidConnections(Set.of(sound))).isEmpty();
        assertThat(factory.getInvalidConnections(Set.of(lost))).containsExactly(lost);
        assertThat(factory.getInvalidConnections(Set.of(sound, lost, destroyed, "no connection")))
                .containsExactlyInAnyOrder(lost, destroyed);
        sound.destroy();
        lost.destroy();
    }

    @ParameterizedTest
    @ValueSource(strings = {"getConnection", "getXAResource"})
    void aConnectThatFailsHalfwayLeavesNothingOpen(String method) throws Exception {
        server.failOn(method, new SQLException("halfway", "08001"));

        assertThatThrownBy(() -> factory.createManagedConnection(null, null))
                .isInstanceOf(ResourceException.class)
                .hasMessageContaining("halfway");

        assertThat(server.connections()).isNotEmpty();
        Patience.await("everything to be closed", () -> server.open() == 0 && connections() == 0);
    }

    @Test
    void aRefusedLoginIsASecurityException() throws Exception {
        server.failOn("getXAConnection", new SQLException("Access denied for user 'app'", "28000", 1045));
        assertThatThrownBy(() -> factory.createManagedConnection(null, null))
                .isInstanceOf(SecurityException.class)
                .hasMessageContaining("Access denied")
                .hasMessageNotContaining("app-secret");
        assertThat(connections()).isZero();
    }

    @Test
    void anAdapterIsSetOnce() throws Exception {
        PeerResourceAdapter adapter = new PeerResourceAdapter();
        factory.setResourceAdapter(adapter);
        assertThat(factory.getResourceAdapter()).isSameAs(adapter);
        assertThatThrownBy(() -> factory.setResourceAdapter(adapter)).isInstanceOf(ResourceException.class);
        assertThatThrownBy(() -> factory.setResourceAdapter(new PeerResourceAdapter()))
                .isInstanceOf(ResourceException.class);
        assertThat(factory.getResourceAdapter()).isSameAs(adapter);
    }

    @Test
    void anotherVendorsAdapterIsRefused() {
        ResourceAdapter stranger = stranger(ResourceAdapter.class);
        assertThatThrownBy(() -> factory.setResourceAdapter(stranger))
                .isInstanceOf(ResourceException.class)
                .hasMessageContaining("a stranger");
        assertThat(factory.getResourceAdapter()).isNull();
    }

    @Test
    void equalByAllPropertiesAndNothingElse() throws Exception {
        PeerManagedConnectionFactory same = server.factory();
        same.setResourceAdapter(new PeerResourceAdapter());
        assertThat(factory).isEqualTo(same).hasSameHashCodeAs(same).isNotEqualTo("a factory");
        same.setPassword("another-secret");
        assertThat(factory).isNotEqualTo(same);
        same.setPassword("app-secret");
        same.setCheckIntervalSeconds(31);
        assertThat(factory).isNotEqualTo(same);
    }

    @Test
    void aFactoryOutlivesSerialization() throws Exception {
        factory.createManagedConnection(null, null).destroy();
        PeerManagedConnectionFactory copy = copy(factory);
        assertThat(copy).isEqualTo(factory).isNotSameAs(factory);
        PeerResourceAdapter adapter = new PeerResourceAdapter();
        copy.setResourceAdapter(adapter);
        ManagedConnection managed = copy.createManagedConnection(null, null);
        try (Connection connection = (Connection) managed.getConnection(null, null)) {
            assertThat(connection.isClosed()).isFalse();
        }
        assertThat(server.connections().get(1).user()).isEqualTo("app");
        managed.destroy();
        adapter.stop();
    }

    @Test
    void aDataSourceOutlivesSerialization() throws Exception {
        PeerDataSource source = factory.createConnectionFactory();
        source.setReference(new Reference("javax.sql.DataSource"));
        PeerDataSource copy = copy(source);
        assertThat(copy.getReference()).isEqualTo(source.getReference());
        try (Connection connection = copy.getConnection()) {
            assertThat(connection.isClosed()).isFalse();
            assertThat(server.open()).isEqualTo(1);
        }
        assertThat(server.open()).isZero();
    }

    @Test
    void anAdapterOutlivesSerialization() throws Exception {
        PeerResourceAdapter adapter = new PeerResourceAdapter();
        factory.setResourceAdapter(adapter);
        factory.createManagedConnection(null, null).destroy();
        PeerResourceAdapter copy = copy(adapter);
        assertThat(copy).isEqualTo(adapter).hasSameHashCodeAs(adapter);
        PeerManagedConnectionFactory other = server.factory();
        other.setResourceAdapter(copy);
        other.createManagedConnection(null, null).destroy();
        assertThat(server.connections()).hasSize(2);
        assertThat(server.open()).isZero();
    }

    /** Returns another vendor's object, which nobody may use in any way. */
    private static <T> T stranger(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(
                ManagedConnectionFactoryTest.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "hashCode" -> 1;
                    case "equals" -> arguments[0] == proxy;
                    case "toString" -> "a stranger";
                    default -> throw new AssertionError(method + " was called on a stranger");
                }));
    }

    @SuppressWarnings("unchecked") // a copy has the type of its original
    private static <T> T copy(T original) throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(original);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (T) in.readObject();
        }
    }
}
