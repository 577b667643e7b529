/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class FacilitiesTest {

    @Test
    void whatIsThereIsTested() {
        assertThat(Facilities.given("a thing", Optional.empty(), false)).isTrue();
        assertThat(Facilities.given("a thing", Optional.empty(), true)).isTrue();
    }

    @Test
    void whatIsMissingIsLeftOutUnlessAllIsMandatory() {
        Optional<String> missing = Optional.of("it is missing");
        assertThat(Facilities.given("a thing", missing, false)).isFalse();
        assertThatThrownBy(() -> Facilities.given("a thing", missing, true))
                .hasMessage("What needs a thing was not tested: it is missing");
    }
}
