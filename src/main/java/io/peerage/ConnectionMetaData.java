/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import io.peerage.server.ServerDescription;
import jakarta.resource.spi.ManagedConnectionMetaData;

/** What a container may show of a managed connection. Immutable. */
record ConnectionMetaData(ServerDescription server) implements ManagedConnectionMetaData {

    @Override
    public String getEISProductName() {
        return server.product();
    }

    @Override
    public String getEISProductVersion() {
        return server.version();
    }

    @Override
    public int getMaxConnections() {
        return server.maxConnections();
    }

    @Override
    public String getUserName() {
        return server.user();
    }
}
