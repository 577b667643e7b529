/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SignatureException;
import java.security.cert.X509Certificate;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class AuthorityTest {

    private final Authority authority = Authority.named("private");

    private static X509Certificate certificate(Path store, String alias) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, Authority.STORE_PASSWORD.toCharArray());
        }
        assertThat(Collections.list(keys.aliases())).containsExactly(alias);
        return (X509Certificate) keys.getCertificate(alias);
    }

    @Test
    void signsForServersAndClientsAndAnotherOneDoesNotVouchForThem() throws Exception {
        X509Certificate ca = certificate(authority.trustStore(), "ca");
        X509Certificate client = certificate(authority.clientKeyStore(), "client");
        client.verify(ca.getPublicKey());
        assertThat(client.getSubjectX500Principal()).hasToString("CN=app");
        X509Certificate other = certificate(Authority.named("other").trustStore(), "ca");
        assertThatThrownBy(() -> client.verify(other.getPublicKey())).isInstanceOf(SignatureException.class);
    }
}
