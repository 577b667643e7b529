/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.Patience;
import io.peerage.local.Relay;
import jakarta.resource.spi.ManagedConnection;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Test;

/** The network fails while the server is told to commit a prepared branch: it is committed once. */
interface LostAnswerContract extends Contract {

    @Test
    default void aCommitThatRanIsNotSentAgain() throws Exception {
        Relay relay = relay();
        Commit commit = prepared(relay);
        relay.stallToClient();
        commit.start();
        Patience.await(
                "the server to have committed",
                () -> site().value(site().hurt()).equals("7"));
        endsWell(relay, commit);
    }

    @Test
    default void aCommitThatDidNotArriveIsSentAgain() throws Exception {
        Relay relay = relay();
        Commit commit = prepared(relay);
        relay.stallToServer();
        commit.start();
        Patience.await("the commit to be on its way", commit::isUnderWay);
        assertThat(site().value(site().hurt())).isEqualTo("0");
        endsWell(relay, commit);
    }

    private Relay relay() {
        Relay relay = Relay.to(site().hurt().port());
        leftovers().add(relay);
        return relay;
    }

    private Commit prepared(Relay relay) throws Exception {
        PeerManagedConnectionFactory factory = site().at("hurt@" + relay.address());
        factory.setCheckIntervalSeconds(86_400);
        factory.setAcquireTimeoutMillis(30_000);
        leftovers().add(() -> LivePeers.stop(factory));
        // what is younger than its server's clock tells cannot be known to be of this start
        Patience.await(
                "the server to be older than its connections",
                () -> site().dialect().uptimeSeconds(site().hurt()) > 3);
        ManagedConnection managed = factory.createManagedConnection(null, null);
        leftovers().add(managed::destroy);
        Branch branch = new Branch("global", "one");
        XAResource resource = Site.prepareChange(managed, branch, 7);
        return new Commit(resource, branch, site().dialect().commitsOfPrepared(site().hurt()));
    }

    private void endsWell(Relay relay, Commit commit) throws Exception {
        relay.reset();
        relay.pass();
        assertThat(commit.result.get(60, TimeUnit.SECONDS)).isEqualTo(XAResource.XA_OK);
        assertThat(site().value(site().hurt())).isEqualTo("7");
        assertThat(site().dialect().prepared(site().hurt())).isEmpty();
        assertThat(site().dialect().commitsOfPrepared(site().hurt()) - commit.before)
                .as("commits that arrived")
                .isEqualTo(1);
    }

    /** The commit of a prepared branch on a thread of its own. */
    final class Commit {

        private final XAResource resource;
        private final Branch branch;
        /** How many commits the server had counted. */
        private final long before;

        private final Thread thread = new Thread(this::run, "xa-under-test");
        private final CompletableFuture<Integer> result = new CompletableFuture<>();

        private Commit(XAResource resource, Branch branch, long before) {
            this.resource = resource;
            this.branch = branch;
            this.before = before;
        }

        private void start() {
            thread.start();
        }

        private void run() {
            try {
                resource.commit(branch, false);
                result.complete(XAResource.XA_OK);
            } catch (XAException e) {
                result.complete(e.errorCode);
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
            }
        }

        /** Returns whether the thread is in its call to the driver. */
        private boolean isUnderWay() {
            return Arrays.stream(thread.getStackTrace())
                    .anyMatch(frame -> frame.getClassName().equals("io.peerage.connect.MarkedXaResource")
                            && frame.getMethodName().equals("commit"));
        }
    }
}
