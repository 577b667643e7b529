/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import com.mysql.cj.conf.PropertySet;
import com.mysql.cj.protocol.StandardSocketFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;

/**
 * Connector/J's own way to connect, on a socket that Peerage can look at. Named to Connector/J by its property
 * {@code socketFactory}; made by the driver, one for each connection.
 */
public final class MySqlSocketFactory extends StandardSocketFactory {

    @Override
    protected Socket createSocket(PropertySet properties) {
        try {
            return SocketCapture.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
