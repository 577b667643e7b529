/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.local.Authority;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** A server whose certificate another authority has signed than the one that is trusted is not let in on anything. */
interface AuthorityContract extends Contract {

    @Test
    default void aServerOfAnotherAuthorityIsRefused() throws Exception {
        PeerManagedConnectionFactory factory = site().at("hurt@" + site().hurt().address());
        factory.setConnectionProperties(Sites.trusting(site().driver(), Authority.named("other")));
        factory.setWhenAllDown("fail");
        leftovers().add(() -> LivePeers.stop(factory));
        PeerDataSource source = factory.createConnectionFactory();
        assertThatThrownBy(source::getConnection)
                .isInstanceOf(SQLException.class)
                .hasStackTraceContaining("CertPath");
        assertThat(site().dialect().sessions(site().hurt())).isEmpty();
    }
}
