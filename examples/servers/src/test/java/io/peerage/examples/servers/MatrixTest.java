/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.examples.servers.Matrix.Outcome;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MatrixTest {

    private static final Matrix TWO = new Matrix(List.of(
            new Outcome("WildFly 39", "shares", "yes"),
            new Outcome("Liberty 26", "shares", "no"),
            new Outcome("WildFly 39", "commit", "yes")));

    @Test
    void isATableWithAColumnForEachServer() {
        assertThat(TWO.toMarkdown()).isEqualTo("""
                |  | Liberty 26 | WildFly 39 |
                | --- | --- | --- |
                | commit |  | yes |
                | shares | no | yes |
                """);
    }

    @Test
    void isReadBackAsItWasWritten() {
        assertThat(Matrix.parse(TWO.toMarkdown()).outcomes()).containsExactlyInAnyOrderElementsOf(TWO.outcomes());
        assertThat(Matrix.parse("").outcomes()).isEmpty();
    }

    @Test
    void aNewRunReplacesTheCellsItHas() {
        Matrix newer = new Matrix(List.of(new Outcome("WildFly 39", "shares", "no")));
        assertThat(TWO.updatedBy(newer).outcomes())
                .containsExactly(
                        new Outcome("Liberty 26", "shares", "no"),
                        new Outcome("WildFly 39", "commit", "yes"),
                        new Outcome("WildFly 39", "shares", "no"));
    }

    @Test
    void rowsThatNoTestAsksAnyMoreGo() {
        assertThat(TWO.limitedTo(Set.of("commit")).outcomes())
                .containsExactly(new Outcome("WildFly 39", "commit", "yes"));
    }

    @Test
    void readsOutcomesAndRefusesAnythingElse() {
        assertThat(Outcome.parse("a\tb\tyes")).isEqualTo(new Outcome("a", "b", "yes"));
        assertThatThrownBy(() -> Outcome.parse("a b")).hasMessageContaining("a b");
    }
}
