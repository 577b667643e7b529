/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.connect.SimulatedTime;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is known of a session that was lost, by what its server lets the user see who asks. */
class SessionSearchTest {

    private final SimulatedTime time = new SimulatedTime();
    private final LostSession lost = new LostSession(7, time.nanos(), 50_000, "app_a");
    private final Server server = new Server();

    /** Shows sessions of the user who asks. */
    private static final class Server implements SessionSearch.Server {
        final Map<Long, List<String>> sessions = new HashMap<>();
        final List<Long> killed = new ArrayList<>();
        long uptime = 3_600;
        String asking = "app_a";

        void runs(long number, String user, int port, String statement) {
            sessions.put(number, List.of(user, "10.0.0.1:" + port, statement));
        }

        @Override
        public List<String> row(String query, int columns) throws SQLException {
            if (query.startsWith("SHOW")) {
                return List.of("Uptime", Long.toString(uptime));
            }
            String number = query.substring(query.lastIndexOf(' ') + 1);
            List<String> row = sessions.get(number.equals("CONNECTION_ID()") ? 99L : Long.parseLong(number));
            return row == null || !row.get(0).equals(asking)
                    ? List.of()
                    : List.of(row.get(0), row.get(1), row.get(2), asking + "@10.0.0.1");
        }

        @Override
        public boolean kill(long number) {
            killed.add(number);
            return sessions.remove(number) != null;
        }
    }

    private Branches.Fate ask(@Nullable String user) throws SQLException {
        server.asking = String.valueOf(user);
        server.runs(99, server.asking, 50_099, "SELECT");
        return new SessionSearch(server, time, user, 50_099).end(lost);
    }

    @Test
    void theOwnSessionIsEnded() throws SQLException {
        server.runs(7, "app_a", 50_000, "XA PREPARE X'00'");
        assertThat(ask("app_a")).isEqualTo(Branches.Fate.ENDING);
        assertThat(server.killed).containsExactly(7L);
        assertThat(ask("app_a")).isEqualTo(Branches.Fate.GONE);
    }

    /** After a rotation of users: the new one does not see what the former one left. */
    @Test
    void anotherUserCannotTellThatItIsGone() throws SQLException {
        server.runs(7, "app_a", 50_000, "XA PREPARE X'00'");
        assertThat(ask("app_b")).isEqualTo(Branches.Fate.UNCERTAIN);
        assertThat(ask(null)).isEqualTo(Branches.Fate.UNCERTAIN);
        server.sessions.remove(7L);
        assertThat(ask("app_b")).isEqualTo(Branches.Fate.UNCERTAIN);
        assertThat(server.killed).isEmpty();
    }

    @Test
    void aServerThatWasStartedSinceHasEndedItWhoeverAsks() throws SQLException {
        time.pass(1, TimeUnit.HOURS);
        server.uptime = 60;
        assertThat(ask("app_b")).isEqualTo(Branches.Fate.GONE);
    }

    @Test
    void aStrangersSessionIsLeftAlone() throws SQLException {
        server.runs(7, "app_b", 50_000, "");
        assertThat(ask("app_b")).isEqualTo(Branches.Fate.UNCERTAIN);
        server.runs(7, "app_a", 50_001, "");
        assertThat(ask("app_a")).isEqualTo(Branches.Fate.UNCERTAIN);
        server.runs(7, "app_a", 50_000, "SELECT 1");
        assertThat(ask("app_a")).isEqualTo(Branches.Fate.UNCERTAIN);
        assertThat(server.killed).isEmpty();
    }
}
