/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import io.peerage.connect.Credentials;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.security.PasswordCredential;
import javax.security.auth.Subject;
import org.jspecify.annotations.Nullable;

/**
 * Decides whom to connect as: the one an application names in {@code getConnection(user, password)}, else the
 * container's credential for this factory, else the configured user (Jakarta Connectors 2.1, "Security Contract").
 * Stateless.
 */
final class SecurityContext {

    private SecurityContext() {}

    static Credentials credentials(
            PeerManagedConnectionFactory factory, @Nullable Subject subject, @Nullable ConnectionRequestInfo request) {
        // First, because Payara and GlassFish pass a Subject always: an application that asks for one user must not
        // be given another one's connection without a word.
        if (request instanceof ConnectionRequest asked && !asked.credentials().equals(Credentials.CONFIGURED)) {
            return asked.credentials();
        }
        return subject == null ? Credentials.CONFIGURED : ofContainer(factory, subject);
    }

    private static Credentials ofContainer(PeerManagedConnectionFactory factory, Subject subject) {
        for (PasswordCredential credential : subject.getPrivateCredentials(PasswordCredential.class)) {
            // Payara passes a credential with an empty user where the deployer configured none.
            if (factory.equals(credential.getManagedConnectionFactory())
                    && credential.getUserName() != null
                    && !credential.getUserName().isEmpty()) {
                char[] given = credential.getPassword();
                String password = given == null ? "" : new String(given);
                // And where he did, what it has read from our own properties: it names nobody else, and the peers
                // that have a user of their own keep him.
                return credential.getUserName().equals(factory.getUserName()) && password.equals(factory.getPassword())
                        ? Credentials.CONFIGURED
                        : Credentials.of(credential.getUserName(), password);
            }
        }
        return Credentials.CONFIGURED;
    }
}
