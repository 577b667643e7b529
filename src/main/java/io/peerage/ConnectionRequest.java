/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import io.peerage.connect.Credentials;
import io.peerage.jdbc.LazyAssociation;
import jakarta.resource.spi.ConnectionRequestInfo;
import org.jspecify.annotations.Nullable;

/**
 * What an application asked for with {@code getConnection(user, password)}. Equal if the credentials are. Immutable.
 *
 * @param credentials whom to connect as
 * @param home how a handle finds another managed connection when its own is taken away; null if the container cannot
 *     say
 */
record ConnectionRequest(Credentials credentials, @Nullable LazyAssociation home) implements ConnectionRequestInfo {

    ConnectionRequest(Credentials credentials) {
        this(credentials, null);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ConnectionRequest request && credentials.equals(request.credentials);
    }

    @Override
    public int hashCode() {
        return credentials.hashCode();
    }
}
