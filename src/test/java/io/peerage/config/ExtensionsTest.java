/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.peerage.peer.AffinitySelection;
import io.peerage.peer.ExceptionSorter;
import io.peerage.peer.FastestSelection;
import io.peerage.peer.LeastConnectionsSelection;
import io.peerage.peer.Peer;
import io.peerage.peer.Phase;
import io.peerage.peer.RandomSelection;
import io.peerage.peer.RandomSource;
import io.peerage.peer.RoundRobinSelection;
import io.peerage.peer.Selection;
import io.peerage.peer.Verdict;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    /** A deployer's own sorter. Stateless. */
    public static class AlwaysSound implements ExceptionSorter {
        @Override
        public Verdict sort(SQLException failure, Phase phase) {
            return new Verdict("fine", false, Verdict.Standing.SOUND, false);
        }
    }

    private static Selection selection(String value) {
        Bean bean = Bean.withPeers("a,b");
        bean.setSelection(value);
        return Extensions.selection(bean.settings(), ExtensionsTest.class.getClassLoader());
    }

    private static ExceptionSorter sorter(String driver, String value) {
        Bean bean = Bean.withPeers("a:1,b:1");
        bean.setDriver(driver);
        bean.setExceptionSorter(value);
        return Extensions.sorter(bean.settings(), ExtensionsTest.class.getClassLoader());
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
        assertThat(sorter("mysql", AlwaysSound.class.getName())).isInstanceOf(AlwaysSound.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mysql", "mariadb", "postgresql", "com.example.Other"})
    void withoutANameTheSorterIsTheDriversOwn(String driver) {
        SQLException full = new SQLException("Too many connections", "HY000", 1040);

        assertThat(sorter(driver, "").sort(full, Phase.CONNECT))
                .isEqualTo(DriverProfile.of(driver).exceptionSorter().sort(full, Phase.CONNECT));
    }

    static Stream<Arguments> reasons() {
        return Stream.of(
                arguments("com.example.Absent", "the class is not there"),
                arguments(String.class.getName(), "the class must implement %s"),
                arguments(Object.class.getName(), "the class must implement %s"),
                arguments(Integer.class.getName(), "needs a public constructor without arguments"),
                arguments(Demanding.class.getName(), "needs a public constructor without arguments"),
                arguments(Broken.class.getName(), "cannot be made: java.lang.IllegalStateException: no licence file"));
    }

    /** @param reason with a place for what the class is to be */
    @ParameterizedTest
    @MethodSource("reasons")
    void aClassThatCannotBeHadIsNamedWithItsPropertyAndTheReason(String name, String reason) {
        assertThatThrownBy(() -> selection(name))
                .isInstanceOf(BadSettingException.class)
                .hasMessageContaining("Selection=" + name)
                .hasMessageContaining(reason.formatted(Selection.class.getName()));
        assertThatThrownBy(() -> sorter("mysql", name))
                .isInstanceOf(BadSettingException.class)
                .hasMessageStartingWith("ExceptionSorter=" + name + " is not allowed: ")
                .hasMessageContaining(reason.formatted(ExceptionSorter.class.getName()));
    }

    @Test
    void theReasonSaysWhatBrokeInAClassThatIsLoaded() {
        assertThatThrownBy(() -> selection(BrokenClass.class.getName()))
                .hasMessageContaining("cannot be made: java.lang.NumberFormatException");
    }
}
