/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import io.peerage.connect.Credentials;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.ManagedConnectionFactory;
import jakarta.resource.spi.security.PasswordCredential;
import javax.security.auth.Subject;
import org.jspecify.annotations.Nullable;

/**
 * Decides whom to connect as: the container's credential for this factory, else what the application passed to {@code
 * getConnection(user, password)}, else the configured user (Jakarta Connectors 2.1, "Security Contract"). Stateless.
 */
final class SecurityContext {

    private SecurityContext() {}

    static Credentials credentials(
            ManagedConnectionFactory factory, @Nullable Subject subject, @Nullable ConnectionRequestInfo request) {
        if (subject != null) {
            for (PasswordCredential credential : subject.getPrivateCredentials(PasswordCredential.class)) {
                // Payara passes a credential with an empty user where the deployer configured none.
                if (factory.equals(credential.getManagedConnectionFactory())
                        && credential.getUserName() != null
                        && !credential.getUserName().isEmpty()) {
                    char[] password = credential.getPassword();
                    return Credentials.of(credential.getUserName(), password == null ? "" : new String(password));
                }
            }
        }
        return request instanceof ConnectionRequest asked ? asked.credentials() : Credentials.CONFIGURED;
    }
}
