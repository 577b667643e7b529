/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import io.peerage.connect.Credentials;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.security.PasswordCredential;
import javax.security.auth.Subject;
import org.jspecify.annotations.Nullable;

/**
 * Decides whom to connect as: the user the container names for this factory, else the one an application names in
 * {@code getConnection(user, password)}, else the configured one (Jakarta Connectors 2.1, "Security Contract").
 * Stateless.
 */
final class SecurityContext {

    private SecurityContext() {}

    static Credentials credentials(
            AssociatedFactory factory, @Nullable Subject subject, @Nullable ConnectionRequestInfo request) {
        Credentials named = subject == null ? Credentials.CONFIGURED : ofContainer(factory, subject);
        return named.equals(Credentials.CONFIGURED) && request instanceof ConnectionRequest asked
                ? asked.credentials()
                : named;
    }

    /**
     * Payara and GlassFish pass the configured user always, as read from our own properties: that names nobody. Else
     * one who asks for another user would be given a connection of this one without a word, and peers would lose a user
     * of their own.
     */
    private static Credentials ofContainer(AssociatedFactory factory, Subject subject) {
        for (PasswordCredential credential : subject.getPrivateCredentials(PasswordCredential.class)) {
            // Payara passes a credential with an empty user where the deployer configured none.
            if (factory.equals(credential.getManagedConnectionFactory())
                    && credential.getUserName() != null
                    && !credential.getUserName().isEmpty()) {
                char[] given = credential.getPassword();
                String password = given == null ? "" : new String(given);
                return credential.getUserName().equals(factory.getUserName()) && password.equals(factory.getPassword())
                        ? Credentials.CONFIGURED
                        : Credentials.of(credential.getUserName(), password);
            }
        }
        return Credentials.CONFIGURED;
    }
}
