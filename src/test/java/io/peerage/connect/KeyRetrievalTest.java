/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.server.KeyRetrieval;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyRetrievalTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Public Key Retrieval is not allowed",
                "RSA public key is not available client side (option serverRsaPublicKeyFile not set)"
            })
    void saysWhatToDoAndThatTheLoginWasRefused(String said) {
        SQLException met = new SQLException(said, "S1009");
        SQLNonTransientConnectionException wrapped =
                new SQLNonTransientConnectionException("Socket fail", "08000", met);
        for (SQLException failure : new SQLException[] {met, wrapped}) {
            SQLException explained = KeyRetrieval.explained(failure);
            assertThat(AllPeersDownException.brief(explained))
                    .startsWith(said)
                    .contains("TLS", "sslMode", "allowPublicKeyRetrieval=true");
            assertThat(explained.getSQLState()).isEqualTo("28000");
            assertThat(explained.getSuppressed()).containsExactly(failure);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Access denied", "public key"})
    void otherFailuresAreWhatTheyWere(String said) {
        SQLException met = new SQLException(said, "28000", 1045);
        assertThat((Throwable) KeyRetrieval.explained(met)).isSameAs(met);
    }
}
