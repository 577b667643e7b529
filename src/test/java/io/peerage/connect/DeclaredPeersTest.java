/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.PeerManagedConnectionFactory;
import io.peerage.config.PeerSpec;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A name each of whose addresses is a peer, while they come and go. */
class DeclaredPeersTest {

    private final SimulatedTime time = new SimulatedTime();
    private final Map<String, List<Integer>> names = new HashMap<>();
    private final List<String> said = new ArrayList<>();
    private final List<String> taken = new ArrayList<>();
    private final List<PeriodicTask> tasks = new ArrayList<>();
    private int lookups;

    private DeclaredPeers declared(String peers) {
        DeclaredPeers made = new DeclaredPeers(specs(peers), this::look, log());
        tasks.add(made.task(time, SECONDS.toNanos(30)));
        taken.add(text(made.now()));
        made.follow(specs -> {
            String text = text(specs);
            if (!text.equals(taken.get(taken.size() - 1))) {
                taken.add(text);
            }
        });
        tasks.forEach(PeriodicTask::start);
        time.settle();
        return made;
    }

    private GroupLog log() {
        return new GroupLog("declared") {
            @Override
            public void log(Level level, String id, String text) {
                said.add(text);
            }
        };
    }

    private List<InetAddress> look(String host) throws UnknownHostException {
        lookups++;
        List<InetAddress> all = new ArrayList<>();
        for (int last : names.getOrDefault(host, List.of())) {
            all.add(InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last}));
        }
        if (all.isEmpty()) {
            throw new UnknownHostException(host);
        }
        return all;
    }

    private static List<PeerSpec> specs(String peers) {
        PeerManagedConnectionFactory factory = new PeerManagedConnectionFactory();
        factory.setPeers(peers);
        return factory.settings().peers();
    }

    private static String text(List<PeerSpec> specs) {
        return String.join(" ", specs.stream().map(PeerSpec::name).toList());
    }

    @Test
    void eachAddressIsAPeer() {
        names.put("db", List.of(1, 2));
        declared("x:1,a@dns:db,y:2");
        time.pass(60, SECONDS);
        assertThat(taken).containsExactly("x:1 a-10.0.0.1 a-10.0.0.2 y:2");
    }

    @Test
    void addressesComeAndGo() {
        names.put("db", List.of(1, 2));
        declared("a@dns:db");
        names.put("db", List.of(3, 2, 1));
        time.pass(31, SECONDS);
        names.put("db", List.of(3, 2));
        time.pass(91, SECONDS);
        assertThat(taken)
                .containsExactly("a-10.0.0.1 a-10.0.0.2", "a-10.0.0.1 a-10.0.0.2 a-10.0.0.3", "a-10.0.0.2 a-10.0.0.3");
    }

    /** As a name service that answers with eight of twenty. */
    @Test
    void anAddressThatIsLeftOutOnceStays() {
        names.put("db", List.of(1, 2));
        declared("a@dns:db");
        for (int i = 0; i < 10; i++) {
            names.put("db", List.of(1 + i % 2));
            time.pass(30, SECONDS);
        }
        assertThat(taken).containsExactly("a-10.0.0.1 a-10.0.0.2");
    }

    @Test
    void aNameThatDoesNotResolveChangesNothingAndIsSaidOnce() {
        names.put("db", List.of(1, 2));
        declared("a@dns:db");
        names.clear();
        time.pass(300, SECONDS);
        assertThat(said).containsExactly("the peers stay as they are: the name db has no address just now");
        names.put("db", List.of(2, 1));
        time.pass(31, SECONDS);
        assertThat(said).hasSize(2).last().isEqualTo("the name db can be used again");
        assertThat(taken).hasSize(1);
    }

    /** The pool starts, and says what is wrong where it is asked for a connection. */
    @Test
    void aNameThatNeverResolvedIsAPeerItself() {
        declared("a@dns:db");
        assertThat(taken).containsExactly("a");
        names.put("db", List.of(1));
        time.pass(31, SECONDS);
        assertThat(taken).containsExactly("a", "a-10.0.0.1");
    }

    @Test
    void anAddressThatIsListedTwiceIsOnePeer() {
        names.put("db", List.of(1, 2));
        names.put("other", List.of(2, 3));
        declared("a@dns:db,b@dns:other,c@10.0.0.3:3306");
        assertThat(taken).containsExactly("a-10.0.0.1 a-10.0.0.2 c");
    }

    @Test
    void otherDeclarationsAreLookedUpAtOnce() {
        names.put("db", List.of(1));
        DeclaredPeers peers = declared("x:1");
        time.pass(60, SECONDS);
        assertThat(lookups).isZero();
        peers.declare(specs("x:1,a@dns:db"));
        assertThat(taken).containsExactly("x:1", "x:1 a-10.0.0.1");
        tasks.forEach(PeriodicTask::stop);
        names.put("db", List.of(2));
        time.pass(300, SECONDS);
        assertThat(taken).hasSize(2);
    }
}
