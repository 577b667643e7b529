/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.demo.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatsServletTest {

    @Test
    void joinsWhatTheApplicationCountedWithWhatTheAdapterThinks() {
        Meter.Snapshot snapshot = new Meter.Snapshot(
                9,
                List.of(
                        new Meter.PeerCounts("a", 5, 2, List.of(1, 1)),
                        new Meter.PeerCounts("unknown", 0, 0, List.of(0, 0))),
                1,
                List.of(0, 1),
                2.5,
                List.of(new Meter.Failure(Instant.EPOCH, "broke")));

        String json = Json.write(StatsServlet.stats(snapshot, Map.of("a", Map.of("state", "up"))));

        assertThat(json)
                .isEqualTo("{\"second\":9,\"peers\":["
                        + "{\"state\":\"up\",\"name\":\"a\",\"total\":5,\"lastTenSeconds\":2,\"perSecond\":[1,1]},"
                        + "{\"name\":\"unknown\",\"total\":0,\"lastTenSeconds\":0,\"perSecond\":[0,0]}],"
                        + "\"errors\":1,\"errorsPerSecond\":[0,1],\"maxLatencyMillis\":2.5,"
                        + "\"recentErrors\":[{\"at\":\"1970-01-01T00:00:00Z\",\"message\":\"broke\"}]}");
    }
}
