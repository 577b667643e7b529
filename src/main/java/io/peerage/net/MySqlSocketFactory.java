/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.net;

import com.mysql.cj.conf.PropertyKey;
import com.mysql.cj.conf.PropertySet;
import com.mysql.cj.protocol.StandardSocketFactory;
import io.peerage.peer.Ticker;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * Connector/J's own way to connect, on a socket that Peerage can look at. Named to Connector/J by its property
 * {@code socketFactory}; made by the driver, one for each connection.
 */
public final class MySqlSocketFactory extends StandardSocketFactory {

    /** As Connector/J does it, but that all addresses of the name are tried within {@code connectTimeout}, not in each. */
    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the driver's signature
    public <T extends Closeable> T connect(String name, int portNumber, PropertySet properties, int loginTimeout)
            throws IOException {
        loginTimeoutCountdown = loginTimeout;
        host = name;
        port = portNumber;
        String local =
                properties.getStringProperty(PropertyKey.localSocketAddress).getValue();
        int timeout = properties.getIntegerProperty(PropertyKey.connectTimeout).getValue();
        Socket opened = createSocket(properties);
        rawSocket = opened;
        configureSocket(opened, properties);
        if (local != null && !local.isEmpty()) {
            opened.bind(new InetSocketAddress(InetAddress.getByName(local), 0));
        }
        opened.connect(InetSocketAddress.createUnresolved(name, portNumber), getRealTimeout(timeout));
        resetLoginTimeCountdown();
        sslSocket = opened;
        return (T) opened;
    }

    /**
     * To end a statement, Connector/J connects on a thread of its own and has a session killed by its number: where a
     * name leads to several hosts, that may be the session of somebody else on another one.
     */
    @Override
    protected Socket createSocket(PropertySet properties) {
        try {
            return SocketCapture.open(new HostAddresses(Resolver.system().ofOneHost(), Ticker.system()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
