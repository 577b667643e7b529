/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.PeerManagedConnectionFactory;
import io.peerage.config.BadSettingException;
import io.peerage.config.Settings;
import io.peerage.peer.Peer;
import io.peerage.peer.PeerGroup;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of the peers some of whose settings the driver refuses. Nothing is connected to. */
class PeerDirectoryTest {

    private static final String REFUSED = "?useConfigs=nope";

    private final SimulatedTime time = new SimulatedTime();
    private final List<String> said = new ArrayList<>();
    private final GroupLog log = new GroupLog("changing") {
        @Override
        void changed(List<String> news) {
            said.add(String.join("; ", news));
        }

        @Override
        void refusedByDriver(List<Target> targets) {
            targets.stream()
                    .filter(target -> target.refusal() != null)
                    .forEach(target -> said.add("refused " + target.spec().name()));
        }
    };

    /** A group as it is after a start with {@code peers}. */
    private final class Pool {

        final Connector connector;
        final PeerGroup group;
        final PeerDirectory membership;

        Pool(String peers) {
            Random random = new Random(20261126);
            Settings settings = settings(peers);
            connector = new Connector(
                    settings,
                    PeerDirectoryTest.class.getClassLoader(),
                    host -> List.of(InetAddress.getLoopbackAddress()),
                    time,
                    random::nextInt,
                    log);
            group = new FakePeers(time, random::nextInt, connector.targets(settings.peers())).group;
            membership = new PeerDirectory(group, connector, new LoginPauses(time), log);
        }

        void change(String peers) {
            membership.change(settings(peers).peers());
        }

        /** Returns the names of the peers, with an asterisk where the driver refuses a setting. */
        String peers() {
            List<String> names = new ArrayList<>();
            for (Peer peer : group.peers()) {
                names.add(peer.name() + (Target.of(peer).refusal() == null ? "" : "*"));
            }
            return String.join(" ", names);
        }
    }

    private static Settings settings(String peers) {
        PeerManagedConnectionFactory factory = new PeerManagedConnectionFactory();
        factory.setPeers(peers);
        return factory.settings();
    }

    @Test
    void aNewPeerWhoseSettingIsRefusedServesNobodyAndTheOthersChange() {
        Pool pool = new Pool("a@h1,b@h2");
        pool.change("a@h1,c@h3" + REFUSED + ",d@h4");
        assertThat(pool.peers()).isEqualTo("a c* d");
        assertThat(said).hasSize(2);
        assertThat(said.get(0)).contains("added c", "added d", "removed b");
        assertThat(said.get(1)).isEqualTo("refused c");
    }

    /** As names are looked up again and again: what was refused from the start must not stop what comes. */
    @Test
    void aPeerThatWasRefusedAtTheStartStopsNoChange() {
        Pool pool = new Pool("a@h1,b@h2" + REFUSED);
        pool.change("a@h1,b@h2" + REFUSED + ",c@h3" + REFUSED + ",d@h4");
        assertThat(pool.peers()).isEqualTo("a b* c* d");
        assertThat(said.subList(1, said.size())).containsExactly("refused c");
    }

    @Test
    void aPeerThatWasRefusedMayBeRefusedForSomethingElse() {
        Pool pool = new Pool("a@h1,b@h2" + REFUSED);
        pool.change("a@h1,b@h2?sslMode=FOO");
        assertThat(pool.peers()).isEqualTo("a b*");
        assertThat(said.subList(1, said.size())).containsExactly("refused b");
    }

    @Test
    void aPeerThatWasRefusedIsMended() {
        Pool pool = new Pool("a@h1,b@h2" + REFUSED);
        pool.change("a@h1,b@h2");
        assertThat(pool.peers()).isEqualTo("a b");
        assertThat(said).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // it was well before
                "a@h1?useConfigs=nope,b@h2,c@h3",
                // all of them
                "a@h1?useConfigs=nope,b@h2?useConfigs=nope",
                "c@h3?useConfigs=nope,d@h4?useConfigs=nope"
            })
    void aChangeThatTakesAwayWhatServedChangesNothing(String peers) {
        Pool pool = new Pool("a@h1,b@h2");
        assertThatThrownBy(() -> pool.change(peers))
                .isInstanceOf(BadSettingException.class)
                .hasMessageContaining("useConfigs=nope");
        assertThat(pool.peers()).isEqualTo("a b");
        assertThat(said).isEmpty();
        pool.change("a@h1,b@h2,c@h3");
        assertThat(pool.peers()).isEqualTo("a b c");
    }
}
