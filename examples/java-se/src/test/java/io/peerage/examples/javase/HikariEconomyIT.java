/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.javase;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.peerage.PeerManagedConnectionFactory;
import io.peerage.local.LocalFleet;
import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a query costs under HikariCP, on servers that nobody else asks anything. */
@Timeout(120)
class HikariEconomyIT {

    private static final int SIZE = 6;
    private static final int QUERIES = 3_000;

    @Test
    void oneQueryCostsOneStatement() throws Exception {
        try (LocalFleet fleet = LocalFleet.start(3)) {
            PeerManagedConnectionFactory settings =
                    DataSources.settings(fleet.setting(), LocalPeer.DATABASE, LocalPeer.USER, LocalPeer.PASSWORD);
            settings.setCheckIntervalSeconds(3_600);
            settings.setRebalancePerSecond(0);
            try (HikariDataSource pool = DataSources.pooled(DataSources.plain(settings), SIZE)) {
                Patience.await(
                        "the pool to be full", () -> pool.getHikariPoolMXBean().getTotalConnections() == SIZE);
                fleet.shares(pool, 100);
                long before = fleet.status("Questions");
                fleet.shares(pool, QUERIES);
                double perQuery = (fleet.status("Questions") - before) / (double) QUERIES;
                System.out.printf("statements on the servers per autocommit query under HikariCP: %.3f%n", perQuery);
                // looking costs a statement or two on each peer
                assertThat(perQuery).isBetween(1.0, 1.01);
            }
        }
    }
}
