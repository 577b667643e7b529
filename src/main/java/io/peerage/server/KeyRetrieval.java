/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.server;

import io.peerage.peer.Causes;
import java.sql.SQLException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.util.List;

/**
 * Explains a login that failed because the driver had no safe way to send the password. An account of
 * {@code caching_sha2_password} or {@code sha256_password} that the server does not have in its cache wants the
 * password itself: over TLS, or encrypted with the server's key. Stateless.
 */
public final class KeyRetrieval {

    /** What MySQL Connector/J and MariaDB Connector/J say. */
    private static final List<String> SAID =
            List.of("Public Key Retrieval is not allowed", "RSA public key is not available client side");

    private static final String HINT = ": without TLS the driver does not send this account's password. Leave TLS on"
            + " (in ConnectionProperties no sslMode=DISABLED nor useSSL=false; for MariaDB's driver sslMode=verify-full or"
            + " sslMode=trust); or set allowPublicKeyRetrieval=true, and whoever stands between can get the password";

    private KeyRetrieval() {}

    /** Returns {@code failure}, or what says in its place what to do, as a login that was refused. */
    public static SQLException explained(SQLException failure) {
        for (Throwable link : Causes.chain(failure)) {
            String message = link.getMessage();
            if (message != null && SAID.stream().anyMatch(message::contains)) {
                SQLException explained = new SQLInvalidAuthorizationSpecException(
                        message.lines().findFirst().orElse("") + HINT, "28000", failure.getErrorCode());
                // Not as the cause, of which logs would repeat the message.
                explained.addSuppressed(failure);
                return explained;
            }
        }
        return failure;
    }
}
