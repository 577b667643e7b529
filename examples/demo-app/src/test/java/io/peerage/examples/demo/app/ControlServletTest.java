/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.demo.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ControlServletTest {

    @Test
    void acceptsWhatThePageSends() {
        assertThat(ControlServlet.complaint("1", "kill", "peer1")).isNull();
    }

    @Test
    void refusesRequestsOfOtherSites() {
        assertThat(ControlServlet.complaint(null, "kill", "peer1")).contains("X-Peerage-Demo");
    }

    @Test
    void refusesUnknownActionsAndOddNames() {
        assertThat(ControlServlet.complaint("1", "drop", "peer1")).contains("'drop'", "freeze");
        assertThat(ControlServlet.complaint("1", null, "peer1")).contains("action");
        assertThat(ControlServlet.complaint("1", "kill", "a&action=b")).contains("'a&action=b'");
        assertThat(ControlServlet.complaint("1", "kill", null)).contains("peer");
    }
}
