/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.container.load.Mode;
import io.peerage.local.Patience;
import io.peerage.local.Relay;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** All peers under Payara Micro down at the same time, under eight paced threads. */
@ExtendWith(LoadedMicroExtension.class)
@Timeout(180)
class MicroAllDownIT {

    private static final int THREADS = 8;

    /** What Payara makes of a reason it does not pass on. */
    private static final String SWALLOWED = "Error in allocating a connection";

    private final LoadedMicro micro;

    MicroAllDownIT(LoadedMicro micro) {
        this.micro = micro;
    }

    @AfterEach
    void stop() throws Exception {
        micro.load(LoadedMicro.RELAYED).stop();
    }

    /** Every connection is reset and every connect refused, as when all hosts' servers crash. */
    private void allDown() {
        micro.relays().forEach(Relay::refuse);
        micro.relays().forEach(Relay::reset);
    }

    @Test
    void aBlipCostsOnlyWhatWasOnTheWire() throws Exception {
        LoadClient load = started(LoadedMicro.RELAYED, Mode.AUTO);
        allDown();
        load.mark();
        // the length of the outage is what is tested
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300));
        micro.relays().forEach(Relay::pass);
        LoadAnswer end = load.awaitServed(1_000);
        System.out.println(
                "all down for 300 ms: " + end.errors() + " errors, worst request " + end.worstMillis() + " ms");
        assertThat(end.errorsSinceMark()).as(end.errorTexts()).isZero();
        assertThat(end.errors()).as(end.errorTexts()).isLessThanOrEqualTo(THREADS);
    }

    @Test
    void requestsWaitAndSucceedAsSoonAsTheFirstIsBack() throws Exception {
        LoadClient load = started(LoadedMicro.RELAYED, Mode.AUTO);
        allDown();
        load.mark();
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(4));
        assertThat(load.counts().errorsSinceMark())
                .as(load.counts().errorTexts())
                .isZero();
        load.mark();
        micro.relays().get(1).pass();
        LoadAnswer end = load.awaitServed(500);
        System.out.println("all down for 4 s: " + end.errors() + " errors, all that waited served "
                + end.waitersMillis() + " ms after the first peer is back");
        assertThat(end.errorsSinceMark()).as(end.errorTexts()).isZero();
        assertThat(end.errors()).as(end.errorTexts()).isLessThanOrEqualTo(THREADS);
        assertThat(end.waitersMillis()).isBetween(1L, 300L);
    }

    @Test
    void requestsFailAtTheirDeadlineWithTheFullPicture() throws Exception {
        LoadClient load = started(LoadedMicro.HASTY, Mode.AUTO, Mode.JTA_WRITE);
        allDown();
        load.mark();
        Patience.await("requests to fail", LoadClient.LIMIT, () -> load.counts().errorsSinceMark() >= 5 * THREADS);
        LoadAnswer after = load.counts();
        System.out.println("all down, worst request " + after.worstErrorMillis() + " ms: " + after.errorTexts());
        assertThat(after.worstErrorMillis())
                .isBetween((long) LoadedMicro.HASTY_MILLIS, LoadedMicro.HASTY_MILLIS + 1_000L);
        assertThat(after.errorTexts()).contains("gave up after ").doesNotContain(SWALLOWED);
        assertThat(pictures(after))
                .isNotEmpty()
                .allSatisfy(picture -> assertThat(picture)
                        .containsPattern("relay1 is (down|probing): .*(next check in [0-9.]+ s|being asked now)")
                        .containsPattern("relay2 is (down|probing): .*(next check in [0-9.]+ s|being asked now)")
                        .containsPattern("relay3 is (down|probing): .*(next check in [0-9.]+ s|being asked now)"));
        servesAgain(load);
    }

    @Test
    void requestsFailAtOnceWhereToldTo() throws Exception {
        LoadClient load = started(LoadedMicro.FAILING, Mode.AUTO, Mode.JTA_WRITE);
        allDown();
        load.mark();
        Patience.await("requests to fail", LoadClient.LIMIT, () -> load.counts().errorsSinceMark() >= 100 * THREADS);
        LoadAnswer after = load.counts();
        System.out.println("all down, to fail at once: worst request " + after.worstErrorMillis() + " ms");
        assertThat(after.errorTexts()).doesNotContain(SWALLOWED);
        assertThat(after.worstErrorMillis()).isLessThan(LoadedMicro.CONNECT_TIMEOUT_MILLIS);
        assertThat(pictures(after))
                .isNotEmpty()
                .allSatisfy(picture -> assertThat(picture).contains("relay1 is ", "relay2 is ", "relay3 is "));
        servesAgain(load);
    }

    /** What failed must not have cost the pool its connections: Payara would wait a minute for one to come back. */
    private void servesAgain(LoadClient load) throws Exception {
        load.mark();
        micro.relays().forEach(Relay::pass);
        LoadAnswer end = load.awaitServed(1_000);
        System.out.println("serves again; those that waited when the peers came back were served within "
                + end.waitersMillis() + " ms");
        assertThat(end.worstMillis()).isLessThan(LoadedMicro.HASTY_MILLIS + 1_000L);
    }

    private LoadClient started(String pool, Mode... modes) throws Exception {
        micro.mend(pool);
        LoadClient load = micro.load(pool);
        load.start(modes);
        load.awaitServed(300);
        return load;
    }

    /** Returns the failures of requests for a connection, not of statements on the wire. */
    private static List<String> pictures(LoadAnswer answer) {
        return answer.errorTexts()
                .lines()
                .filter(text -> text.contains("can serve"))
                .toList();
    }
}
