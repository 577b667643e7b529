/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.config.BadSettingException;
import io.peerage.config.PeerSpec;
import io.peerage.config.UnacceptableSettingException;
import io.peerage.peer.Endpoint;
import io.peerage.peer.Peer;
import io.peerage.server.ServersSeen;
import io.peerage.server.XaCapability;
import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.XAConnection;
import javax.sql.XADataSource;
import org.jspecify.annotations.Nullable;

/**
 * How one peer is connected to, as it is configured at the moment. Immutable, its parts thread-safe.
 *
 * @param source the driver's; null where that refuses a setting
 * @param refusal what the driver does not take, so that nobody can connect; null if it takes all
 * @param obstacle why its sockets cannot be looked at; empty if they can
 * @param capability looks once whether the server can do XA
 * @param servers those that its address led to
 * @param outdated set once the connections it opened are to be replaced while they rest, a few at a time
 */
record Target(
        PeerSpec spec,
        @Nullable XADataSource source,
        @Nullable BadSettingException refusal,
        String obstacle,
        XaCapability capability,
        ServersSeen servers,
        AtomicBoolean outdated)
        implements Endpoint {

    /** Returns how {@code peer}, one of a {@link LiveGroup}, is connected to now. */
    static Target of(Peer peer) {
        return (Target) peer.endpoint();
    }

    @Override
    public String name() {
        return spec.name();
    }

    @Override
    public int weight() {
        return spec.weight();
    }

    /** Makes one of which nothing is known yet. */
    Target(PeerSpec spec, @Nullable XADataSource source, @Nullable BadSettingException refusal, String obstacle) {
        this(spec, source, refusal, obstacle, new XaCapability(), new ServersSeen(), new AtomicBoolean());
    }

    /**
     * Connects and logs in.
     *
     * @throws SQLException what the driver says; if it refuses the peer's settings, without asking the server
     */
    XAConnection logIn(String user, String password) throws SQLException {
        if (source == null) {
            throw new UnacceptableSettingException(Objects.requireNonNull(refusal));
        }
        return source.getXAConnection(user, password);
    }

    /** Returns whether {@code other} is the same server under the same name. */
    boolean leadsTo(PeerSpec other) {
        return spec.name().equals(other.name())
                && spec.host().equalsIgnoreCase(other.host())
                && spec.port() == other.port()
                && spec.url().equals(other.url());
    }

    /** Returns whether a connection to {@code other} would be of the same kind, whoever logs in with whatever password. */
    boolean opensLike(PeerSpec other) {
        return spec.database().equals(other.database()) && spec.properties().equals(other.properties());
    }

    /** Returns this target for another user, password or weight. */
    Target with(PeerSpec other) {
        boolean sameUser = spec.user().equals(other.user());
        return new Target(
                other, source, refusal, obstacle, capability, servers, sameUser ? outdated : new AtomicBoolean());
    }
}
