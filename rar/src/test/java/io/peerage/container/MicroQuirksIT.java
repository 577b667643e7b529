/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.container.load.Mode;
import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import java.io.StringReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a deployer of Payara can switch on and should not need: validation, and failing all connections with one. The
 * pools have no user, so that Payara passes an empty one, and each peer's own is what counts.
 */
@ExtendWith(LoadedMicroExtension.class)
@Timeout(120)
class MicroQuirksIT {

    /** More than twice the idle time-out of the pool, at each of which Payara asks for what is invalid. */
    private static final long LONG_ENOUGH = TimeUnit.SECONDS.toNanos(5);

    private static final int MOST_SPANS = 8;

    private final LoadedMicro micro;

    MicroQuirksIT(LoadedMicro micro) {
        this.micro = micro;
    }

    /** Neither when it lends a connection nor at each idle time-out. */
    @Test
    void validationSendsNoStatement() throws Exception {
        micro.mend(LoadedMicro.DIRECT);
        micro.peers().forEach(peer -> peer.execute("SET GLOBAL userstat = 1"));
        LoadClient load = micro.load(LoadedMicro.VALIDATED);
        long pings = pings();
        load.run(100, 1, Mode.AUTO);
        Usage before = usage();
        long units = work(load);
        Usage after = usage();
        // Payara replaces a connection that rests for as long as the servers are asked here, and a login costs
        // statements.
        for (int attempt = 1; after.connections() != before.connections(); attempt++) {
            assertThat(attempt).as("spans in which Payara opened a connection").isLessThan(MOST_SPANS);
            load.run(100, 1, Mode.AUTO);
            before = usage();
            units = work(load);
            after = usage();
        }
        assertThat(after.statements() - before.statements()).isEqualTo(units);
        assertThat(pings() - pings).as("pings").isZero();
    }

    /** Keeps the one connection at work and returns how many units that were. */
    private long work(LoadClient load) throws Exception {
        long units = 0;
        long began = System.nanoTime();
        while (System.nanoTime() - began < LONG_ENOUGH) {
            units += load.run(200, 1, Mode.AUTO).served(micro.peers());
        }
        return units;
    }

    /** A connection to it is replaced where it is next used, and those to the others are the same as before. */
    @Test
    void validationThrowsNothingAwayForADeadPeer() throws Exception {
        micro.mend(LoadedMicro.FRAGILE);
        LoadClient load = micro.load(LoadedMicro.FRAGILE);
        LocalPeer dead = micro.peers().get(1);
        Set<String> before = sessions(LoadedMicro.FRAGILE);
        before.removeIf(session -> session.startsWith(dead.name()));
        assertThat(before).isNotEmpty();

        dead.kill();
        LoadAnswer answer = load.run(300, 6, Mode.AUTO);
        Set<String> after = sessions(LoadedMicro.FRAGILE);
        dead.restart();
        // Nobody else would ask it for a day.
        load.drain(dead.name());
        load.resume(dead.name());

        assertThat(answer.errors()).as(answer.errorTexts()).isZero();
        assertThat(after).containsAll(before);
    }

    /** The pool throws all away and makes as many anew; the connection in question dies three times over. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPoolThatFailsAllConnectionsServesOnAndLeavesNothingBehind(boolean inTransaction) throws Exception {
        micro.mend(LoadedMicro.FRAGILE);
        Set<String> before = sessions(LoadedMicro.FRAGILE);

        Properties facts = loseOne(inTransaction);

        assertThat(facts.getProperty("error")).startsWith("08");
        assertThat(facts.getProperty("next")).isNotEqualTo(facts.getProperty("lost"));
        long millis = Patience.await("six other sessions", LoadClient.LIMIT, () -> {
            Set<String> now = sessions(LoadedMicro.FRAGILE);
            return now.size() == 6 && now.stream().noneMatch(before::contains);
        });
        // The driver closes in time what nobody refers to any more: that must not hide a leak.
        assertThat(millis).isLessThan(5_000);
        assertThat(micro.load(LoadedMicro.FRAGILE).run(300, 6, Mode.JTA_READ).errors())
                .isZero();
    }

    private Properties loseOne(boolean inTransaction) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(micro.uri().resolve("load/usage?how=lost&flag=" + inTransaction))
                .build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        Properties facts = new Properties();
        facts.load(new StringReader(response.body()));
        return facts;
    }

    /** Returns a user's sessions on the peers that run, each with the peer's name in front. */
    private Set<String> sessions(String user) {
        Set<String> sessions = new TreeSet<>();
        for (LocalPeer peer : micro.peers()) {
            if (peer.isRunning()) {
                peer.execute("SELECT id FROM information_schema.processlist WHERE user = '" + user + "'")
                        .lines()
                        .forEach(id -> sessions.add(peer.name() + "/" + id));
            }
        }
        return sessions;
    }

    /** What the servers count of the pool's user. */
    private record Usage(long connections, long statements) {

        Usage plus(Usage other) {
            return new Usage(connections + other.connections, statements + other.statements);
        }
    }

    private Usage usage() {
        // All at the same time, to be quick.
        return micro.peers().parallelStream().map(MicroQuirksIT::usage).reduce(new Usage(0, 0), Usage::plus);
    }

    private static Usage usage(LocalPeer peer) {
        String[] sums = peer.execute("SELECT COALESCE(SUM(total_connections), 0),"
                        + " COALESCE(SUM(select_commands + update_commands + other_commands), 0)"
                        + " FROM information_schema.user_statistics WHERE user = '" + LoadedMicro.VALIDATED + "'")
                .split("\t", -1);
        return new Usage(Long.parseLong(sums[0]), Long.parseLong(sums[1]));
    }

    /** Returns what the servers count apart from statements. */
    private long pings() {
        return micro.peers().stream()
                .mapToLong(peer -> peer.status("Com_admin_commands"))
                .sum();
    }
}
