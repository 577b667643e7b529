/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.peer.Peer;
import org.junit.jupiter.api.Test;

/** With which password what a user left behind is finished. */
class PasswordsTest {

    private final Passwords passwords = new Passwords();
    private final FakePeers peers = new FakePeers(new SimulatedTime(), bound -> 0, 2, 30);
    private final Peer a = peers.peer(0);
    private final Peer b = peers.peer(1);
    private final Credentials old = new Credentials("eve", "old");
    private final Credentials next = new Credentials("eve", "new");

    @Test
    void aUserNeverSeenLogsInAsTheRequestSaid() {
        assertThat(passwords.candidates(a, old)).containsExactly(old);
    }

    @Test
    void theLatestThatWorkedAnywhereComesFirst() {
        passwords.accepted(a, old);
        passwords.accepted(b, next);
        assertThat(passwords.candidates(a, old)).containsExactly(next, old);
        assertThat(passwords.candidates(b, next)).containsExactly(next);
    }

    /** A server whose turn in a rotation has not come yet. */
    @Test
    void theLatestThatWorkedHereComesNext() {
        passwords.accepted(b, next);
        passwords.accepted(a, old);
        assertThat(passwords.candidates(b, new Credentials("eve", "older")))
                .containsExactly(old, next, new Credentials("eve", "older"));
    }

    @Test
    void usersDoNotMix() {
        passwords.accepted(a, new Credentials("adam", "secret"));
        passwords.accepted(a, Credentials.CONFIGURED);
        assertThat(passwords.candidates(a, old)).containsExactly(old);
        assertThat(passwords.candidates(a, Credentials.CONFIGURED)).containsExactly(Credentials.CONFIGURED);
    }

    @Test
    void whoLoggedInLongAgoIsForgottenFirst() {
        passwords.accepted(a, next);
        for (int i = 0; i < 1_000; i++) {
            passwords.accepted(a, new Credentials("user" + i, "secret"));
        }
        assertThat(passwords.candidates(a, old)).containsExactly(old);
        assertThat(passwords.candidates(a, new Credentials("user999", "x"))).hasSize(2);
    }
}
