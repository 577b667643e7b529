/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.connect.Credentials;
import jakarta.resource.spi.security.PasswordCredential;
import java.util.Set;
import javax.security.auth.Subject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SecurityContextTest {

    private static final ConnectionRequest NOBODY = new ConnectionRequest(Credentials.CONFIGURED);
    private static final ConnectionRequest GUEST = new ConnectionRequest(Credentials.of("guest", "let me in"));

    private final PeerManagedConnectionFactory factory = new PeerManagedConnectionFactory();

    @BeforeEach
    void configure() {
        factory.setPeers("db1");
        factory.setUserName("app");
        factory.setPassword("secret");
    }

    @Test
    void withoutAnybodyNamedItIsTheConfiguredUser() {
        assertThat(SecurityContext.credentials(factory, null, null)).isEqualTo(Credentials.CONFIGURED);
        assertThat(SecurityContext.credentials(factory, null, NOBODY)).isEqualTo(Credentials.CONFIGURED);
        assertThat(SecurityContext.credentials(factory, new Subject(), NOBODY)).isEqualTo(Credentials.CONFIGURED);
    }

    @Test
    void theContainersUserWinsOverTheConfiguredOne() {
        assertThat(SecurityContext.credentials(factory, subject(factory, "clerk", "x"), NOBODY))
                .isEqualTo(Credentials.of("clerk", "x"));
        assertThat(SecurityContext.credentials(factory, subject(factory, "app", "another"), NOBODY))
                .isEqualTo(Credentials.of("app", "another"));
    }

    @Test
    void theContainersUserWinsOverTheApplicationsOne() {
        assertThat(SecurityContext.credentials(factory, subject(factory, "clerk", "x"), GUEST))
                .isEqualTo(Credentials.of("clerk", "x"));
    }

    @Test
    void theApplicationsUserWinsOverTheConfiguredOneWhoeverHandsHimOver() {
        assertThat(SecurityContext.credentials(factory, null, GUEST)).isEqualTo(GUEST.credentials());
        assertThat(SecurityContext.credentials(factory, subject(factory, "app", "secret"), GUEST))
                .isEqualTo(GUEST.credentials());
        assertThat(SecurityContext.credentials(factory, subject(factory, "", ""), GUEST))
                .isEqualTo(GUEST.credentials());
    }

    /** Payara passes them whatever the application does. */
    @Test
    void theConfiguredUserInTheContainersHandsIsStillTheConfiguredOne() {
        assertThat(SecurityContext.credentials(factory, subject(factory, "app", "secret"), NOBODY))
                .isEqualTo(Credentials.CONFIGURED);
        assertThat(SecurityContext.credentials(factory, subject(factory, "", ""), NOBODY))
                .isEqualTo(Credentials.CONFIGURED);
    }

    @Test
    void credentialsForAnotherFactoryAreNotOurs() {
        PeerManagedConnectionFactory other = new PeerManagedConnectionFactory();
        other.setPeers("db2");
        assertThat(SecurityContext.credentials(factory, subject(other, "clerk", "x"), NOBODY))
                .isEqualTo(Credentials.CONFIGURED);
    }

    private static Subject subject(PeerManagedConnectionFactory factory, String user, String password) {
        PasswordCredential credential = new PasswordCredential(user, password.toCharArray());
        credential.setManagedConnectionFactory(factory);
        return new Subject(false, Set.of(), Set.of(), Set.of(credential));
    }
}
