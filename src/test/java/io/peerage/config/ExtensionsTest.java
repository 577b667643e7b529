/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.peer.AffinitySelection;
import io.peerage.peer.FastestSelection;
import io.peerage.peer.LeastConnectionsSelection;
import io.peerage.peer.Peer;
import io.peerage.peer.RandomSelection;
import io.peerage.peer.RandomSource;
import io.peerage.peer.RoundRobinSelection;
import io.peerage.peer.Selection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Parts of a pool that a deployer names by word or class, and what is said when that cannot be had. */
class ExtensionsTest {

    /** The deployer's own, which takes the last one. */
    public static class Last implements Selection {
        @Override
        public Peer select(List<Peer> candidates, RandomSource random) {
            return candidates.get(candidates.size() - 1);
        }
    }

    /** Needs something the adapter does not give. */
    public static class Demanding extends Last {
        public Demanding(String needed) {
            throw new AssertionError(needed);
        }
    }

    /** Breaks when it is made. */
    public static class Broken extends Last {
        public Broken() {
            throw new IllegalStateException("no licence file");
        }
    }

    /** Breaks when its class is loaded. */
    public static class BrokenClass extends Last {
        private static final int SIZE = Integer.parseInt("not a number");

        public int size() {
            return SIZE;
        }
    }

    private static Selection selection(String value) {
        Bean bean = Bean.withPeers("a,b");
        bean.setSelection(value);
        return Extensions.selection(bean.settings(), ExtensionsTest.class.getClassLoader());
    }

    @Test
    void eachWordMakesItsSelection() {
        Map<String, Class<? extends Selection>> words = Map.of(
                "random", RandomSelection.class,
                "round-robin", RoundRobinSelection.class,
                "least-connections", LeastConnectionsSelection.class,
                "fastest", FastestSelection.class,
                "affinity", AffinitySelection.class);
        words.forEach((word, type) -> assertThat(selection(word)).isInstanceOf(type));
    }

    @Test
    void aClassNameMakesAnInstance() {
        assertThat(selection(Last.class.getName())).isInstanceOf(Last.class);
    }

    @Test
    void aClassThatCannotBeHadIsNamedWithItsPropertyAndTheReason() {
        Map<String, String> reasons = Map.of(
                "com.example.Absent",
                "the class is not there",
                String.class.getName(),
                "the class must implement io.peerage.peer.Selection",
                Demanding.class.getName(),
                "needs a public constructor without arguments",
                Broken.class.getName(),
                "cannot be made: java.lang.IllegalStateException: no licence file",
                BrokenClass.class.getName(),
                "cannot be made: java.lang.NumberFormatException");
        reasons.forEach((name, reason) -> assertThatThrownBy(() -> selection(name))
                .isInstanceOf(BadSettingException.class)
                .hasMessageContaining("Selection=" + name)
                .hasMessageContaining(reason));
    }
}
