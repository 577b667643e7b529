/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ActivityTest {

    private final Activity activity = new Activity();

    @Test
    void runsNothingAtFirst() {
        assertThat(activity.running()).isZero();
    }

    @Test
    void tellsOneLongCallFromTwoShortOnes() {
        activity.begin();
        int first = activity.running();
        assertThat(first).isNotZero().isEqualTo(activity.running());

        activity.end();
        assertThat(activity.running()).isZero();

        activity.begin();
        assertThat(activity.running()).isNotZero().isNotEqualTo(first);
    }

    @Test
    void isBusyUntilTheOuterOfTwoNestedCallsEnds() {
        activity.begin();
        activity.begin();
        activity.end();
        assertThat(activity.running()).isNotZero();
        activity.end();
        assertThat(activity.running()).isZero();
    }

    @Test
    void forgetsLostCountsAtRest() {
        activity.begin();

        activity.rest();

        assertThat(activity.running()).isZero();
    }
}
