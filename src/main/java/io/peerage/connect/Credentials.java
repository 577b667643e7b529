/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import org.jspecify.annotations.Nullable;

/**
 * Whom a connection is opened for. Equal credentials share connections; others never do. Immutable.
 *
 * @param user the user, or null for the one configured for each peer
 * @param password the password; null where {@code user} is null
 */
public record Credentials(@Nullable String user, @Nullable String password) {

    /** Those configured for each peer. */
    public static final Credentials CONFIGURED = new Credentials(null, null);

    /** Returns {@code user}'s own credentials, or the configured ones when no user is named. */
    public static Credentials of(@Nullable String user, @Nullable String password) {
        // Payara passes an empty user where nobody is named.
        return user == null || user.isEmpty() ? CONFIGURED : new Credentials(user, password == null ? "" : password);
    }

    @Override
    public String toString() {
        return user == null ? "the configured user" : user;
    }
}
