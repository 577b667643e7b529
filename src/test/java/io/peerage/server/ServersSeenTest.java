/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which servers an address leads to, and how they are told from each other. */
class ServersSeenTest {

    private static final ServerId FIRST = new ServerId("first", false);
    private static final ServerId SECOND = new ServerId("second", false);

    private final ServersSeen servers = new ServersSeen();

    @Test
    void severalAreSaidOnce() {
        assertThat(servers.met(FIRST, 0)).isEmpty();
        assertThat(servers.met(FIRST, 1)).isEmpty();
        assertThat(servers.met(SECOND, 2)).containsExactly(FIRST, SECOND);
        assertThat(servers.met(FIRST, 3)).isEmpty();
        assertThat(servers.recent()).containsExactlyInAnyOrder(FIRST, SECOND);
    }

    @Test
    void oneThatIsNotMetForLongHasLeft() {
        assertThat(servers.met(FIRST, 0)).isEmpty();
        assertThat(servers.recent()).containsExactly(FIRST);
        assertThat(servers.met(SECOND, ServersSeen.LATELY_NANOS + 1)).isEmpty();
        assertThat(servers.recent()).containsExactly(SECOND);
    }

    /** It becomes the one that it repeats. */
    @Test
    void aStandbyDoesNotCount() {
        assertThat(servers.met(new ServerId("first", true), 0)).isEmpty();
        assertThat(servers.recent()).isEmpty();
    }

    /** A switchover: the address leads to a standby from now on. */
    @Test
    void oneWhoseStandbyIsMetInsteadHasLeftAsWell() {
        assertThat(servers.met(FIRST, 0)).isEmpty();
        assertThat(servers.met(FIRST.asStandby(), ServersSeen.LATELY_NANOS)).isEmpty();
        assertThat(servers.recent()).containsExactly(FIRST);
        assertThat(servers.met(FIRST.asStandby(), ServersSeen.LATELY_NANOS + 1)).isEmpty();
        assertThat(servers.recent()).isEmpty();
    }

    @Test
    void allAreForgottenTogether() {
        assertThat(servers.met(FIRST, 0)).isEmpty();
        servers.forget();
        assertThat(servers.recent()).isEmpty();
    }

    @Test
    void mySqlKeepsItsUuidWithItsData() {
        Map<String, String> here = Map.of("server_uuid", "u", "hostname", "a", "port", "3306");
        Map<String, String> there = Map.of("server_uuid", "u", "hostname", "b", "port", "3307");
        assertThat(ServerId.ofMySql(here)).isEqualTo(ServerId.ofMySql(there)).isNotNull();
    }

    @Test
    void mariaDbIsToldByWhereItListens() {
        Map<String, String> here = Map.of("hostname", "a", "port", "3306", "server_id", "1");
        Map<String, String> there = Map.of("hostname", "a", "port", "3307", "server_id", "1");
        assertThat(ServerId.ofMySql(here)).isNotNull().isNotEqualTo(ServerId.ofMySql(there));
        assertThat(ServerId.ofMySql(Map.of("version", "5"))).isNull();
    }

    /** A container that is started again has another network card. */
    @Test
    void theHardwareOfMariaDbCountsOnlyWhereItsHostHasNoName() {
        Map<String, String> before = Map.of("hostname", "db", "port", "3306", "server_uid", "one");
        Map<String, String> after = Map.of("hostname", "db", "port", "3306", "server_uid", "two");
        assertThat(ServerId.ofMySql(before)).isEqualTo(ServerId.ofMySql(after));
        Map<String, String> here = Map.of("hostname", "localhost", "port", "3306", "server_uid", "one");
        Map<String, String> there = Map.of("hostname", "localhost", "port", "3306", "server_uid", "two");
        assertThat(ServerId.ofMySql(here)).isNotEqualTo(ServerId.ofMySql(there));
        Map<String, String> nameless = Map.of("hostname", "", "port", "3306", "server_uid", "one");
        assertThat(ServerId.ofMySql(nameless)).isNotNull().isNotEqualTo(ServerId.ofMySql(there));
        assertThat(ServerId.ofMySql(Map.of("port", "3306"))).isNull();
    }

    @Test
    void aServerAnswersForItsOwnBranchesOnly() {
        ReachedServer reached = new ReachedServer(FIRST, 7, false);
        assertThat(reached.isOn(FIRST)).isTrue();
        assertThat(reached.isOn(null)).isTrue();
        assertThat(reached.isOn(SECOND)).isFalse();
        assertThat(new ReachedServer(null, 0, false).isOn(FIRST)).isFalse();
        assertThat(new ReachedServer(null, 0, true).isOn(null)).isFalse();
        assertThat(new ReachedServer(new ServerId("first", true), 0, false).isOn(null))
                .isFalse();
    }
}
