/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import jakarta.resource.spi.ManagedConnectionMetaData;

/**
 * What a container may show of a managed connection. Read from the server once, when it is asked for. Immutable.
 *
 * @param product the database product's name
 * @param version the database product's version
 * @param maxConnections the most connections the server takes; 0 = not known
 * @param user the user of the connection
 */
record ConnectionMetaData(String product, String version, int maxConnections, String user)
        implements ManagedConnectionMetaData {

    @Override
    public String getEISProductName() {
        return product;
    }

    @Override
    public String getEISProductVersion() {
        return version;
    }

    @Override
    public int getMaxConnections() {
        return maxConnections;
    }

    @Override
    public String getUserName() {
        return user;
    }
}
