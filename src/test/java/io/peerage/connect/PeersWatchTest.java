/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.PeerManagedConnectionFactory;
import io.peerage.config.BadSettingException;
import io.peerage.config.PeerSpec;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a rewritten file of peers leads to, and when. */
class PeersWatchTest {

    private static final String TWO = "a.host=h1\nb.host=h2\n";

    @TempDir
    Path folder;

    private final SimulatedTime time = new SimulatedTime();
    private final List<String> taken = new ArrayList<>();
    private final List<String> said = new ArrayList<>();
    private @Nullable BadSettingException refusal;
    private Path file;
    private PeersWatch watch;
    private PeriodicTask looks;

    @BeforeEach
    void begin() throws IOException {
        file = folder.resolve("peers");
        write(TWO);
        PeerManagedConnectionFactory factory = new PeerManagedConnectionFactory();
        factory.setPeersFile(file.toString());
        GroupLog log = new GroupLog("watched") {
            @Override
            public void log(Level level, String id, String text) {
                said.add(text);
            }
        };
        watch = new PeersWatch(Objects.requireNonNull(factory.configuration().peersFile()), this::take, log, time);
        looks = watch.task(time);
        looks.start();
    }

    private void take(List<PeerSpec> peers) {
        if (refusal != null) {
            throw refusal;
        }
        taken.add(String.join(" ", peers.stream().map(PeerSpec::name).toList()));
    }

    private void write(String text) throws IOException {
        Files.writeString(file, text);
    }

    @Test
    void aFileThatStaysTheSameLeadsToNothing() throws IOException {
        time.pass(10, SECONDS);
        write(TWO);
        time.pass(10, SECONDS);
        assertThat(taken).isEmpty();
        assertThat(said).isEmpty();
    }

    @Test
    void aChangeTakesEffectWithinAboutASecond() throws IOException {
        write(TWO + "c.host=h3\n");
        time.pass(1, SECONDS);
        assertThat(taken).containsExactly("a b c");
        time.pass(10, SECONDS);
        assertThat(taken).hasSize(1);
    }

    /** As a file system with a coarse clock shows it: the same time, the same size. */
    @Test
    void aChangeIsSeenByItsContent() throws IOException {
        var before = Files.getLastModifiedTime(file);
        write(TWO.replace("b.", "c."));
        Files.setLastModifiedTime(file, before);
        time.pass(1, SECONDS);
        assertThat(taken).containsExactly("a c");
    }

    /** As secrets are mounted: a link to a folder that is exchanged. */
    @Test
    void anExchangedSymbolicLinkIsSeen() throws IOException {
        Path first = Files.writeString(folder.resolve("first"), TWO);
        Path second = Files.writeString(folder.resolve("second"), TWO + "c.host=h3\n");
        Files.delete(file);
        Files.createSymbolicLink(file, first);
        time.pass(2, SECONDS);
        assertThat(taken).isEmpty();
        Files.delete(file);
        Files.createSymbolicLink(file, second);
        time.pass(1, SECONDS);
        assertThat(taken).containsExactly("a b c");
        assertThat(said).isEmpty();
    }

    @Test
    void whatIsWrongForLongIsSaidOnceAndChangesNothing() throws IOException {
        write("a.host=h1\nb.ho");
        time.pass(60, SECONDS);
        assertThat(taken).isEmpty();
        assertThat(said)
                .singleElement()
                .asString()
                .startsWith("the peers stay as they are: PeersFile=" + file + " looks half written");
        write(TWO);
        time.pass(1, SECONDS);
        assertThat(taken).isEmpty();
        assertThat(said).hasSize(2).last().isEqualTo(file + " can be used again");
    }

    @Test
    void whatIsWrongIsNamed() throws IOException {
        write("a.host=h1\nb.weight=0\n");
        time.pass(1, SECONDS);
        assertThat(said)
                .singleElement()
                .asString()
                .startsWith("the peers stay as they are: PeersFile=" + file + " (peer b)");
    }

    @Test
    void aFileThatIsMissingOrEmptyChangesNothing() throws IOException {
        Files.delete(file);
        time.pass(60, SECONDS);
        assertThat(said).singleElement().asString().contains("no such file");
        write("");
        time.pass(60, SECONDS);
        assertThat(said).hasSize(2).last().asString().contains("at least one peer");
        write("b.host=h2\n");
        time.pass(1, SECONDS);
        assertThat(said).hasSize(3).last().isEqualTo(file + " can be used again");
        assertThat(taken).containsExactly("b");
    }

    @Test
    void aMomentIsNotWorthAWord() throws IOException {
        for (int i = 0; i < 20; i++) {
            Files.delete(file);
            time.pass(300, MILLISECONDS);
            write(TWO);
            time.pass(600, MILLISECONDS);
        }
        assertThat(taken).isEmpty();
        assertThat(said).isEmpty();
    }

    /** The first block alone is a well-formed file. */
    @Test
    void aFirstPartIsGivenTimeToBecomeTheWhole() throws IOException {
        write("a.host=h1\n");
        time.pass(2, SECONDS);
        write(TWO + "c.host=h3\n");
        time.pass(1, SECONDS);
        assertThat(taken).containsExactly("a b c");
    }

    /** A weight of 20 must not become one of 2, nor a password another one. */
    @Test
    void aPieceOfALineNeverCounts() throws IOException {
        write("a.host=h1\na.weight=20");
        time.pass(10, SECONDS);
        assertThat(taken).containsExactly("a");
        write("a.host=h1\na.weight=2");
        time.pass(60, SECONDS);
        assertThat(taken).hasSize(1);
        assertThat(said)
                .containsExactly("the peers stay as they are: PeersFile=" + file
                        + " looks half written: its last line has no end");
        write("a.host=h1\na.weight=2\n");
        time.pass(1, SECONDS);
        assertThat(taken).hasSize(2);
        assertThat(said).hasSize(2).last().isEqualTo(file + " can be used again");
    }

    @Test
    void aLineWithoutAnEndIsGivenTimeToGetOne() throws IOException {
        write("a.host=h1\nb.host=h2\nb.port=33");
        time.pass(2, SECONDS);
        write("a.host=h1\nb.host=h2\nb.port=3307\n");
        time.pass(1, SECONDS);
        assertThat(taken).hasSize(1);
    }

    @Test
    void aLastPeerThatIsRemovedIsGoneAfterAFewSeconds() throws IOException {
        write("a.host=h1\n");
        time.pass(4, SECONDS);
        assertThat(taken).containsExactly("a");
    }

    @Test
    void whatTheDriverRefusesIsSaidOnceAndTriedAgainLater() throws IOException {
        refusal = new BadSettingException("ConnectionProperties", "tcpNoDelya=true", "the driver has no such property");
        write(TWO + "b.tcpNoDelya=true\n");
        time.pass(60, SECONDS);
        assertThat(said).containsExactly("the peers stay as they are: " + refusal.getMessage());
        refusal = null;
        time.pass(1, SECONDS);
        assertThat(taken).containsExactly("a b");
        assertThat(said).hasSize(2).last().isEqualTo(file + " can be used again");
    }

    @Test
    void nothingIsReadAfterTheEnd() throws IOException {
        looks.stop();
        write(TWO + "c.host=h3\n");
        time.pass(60, SECONDS);
        assertThat(taken).isEmpty();
        assertThat(time.plans()).isZero();
        watch.look();
        assertThat(taken).as("but for whoever looks himself").containsExactly("a b c");
    }
}
