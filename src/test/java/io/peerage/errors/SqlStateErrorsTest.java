/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.errors;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.peer.Phase;
import io.peerage.peer.Verdict;
import io.peerage.peer.Verdict.Standing;
import java.io.IOException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlStateErrorsTest {

    @ParameterizedTest
    @CsvSource({
        // state, phase, lost, peer, refused
        "08001, CONNECT, true, DOWN, true",
        "08006, CONNECT, true, DOWN, true",
        "57P01, CONNECT, true, DOWN, true",
        "57P03, CONNECT, true, DOWN, true",
        "53300, CONNECT, true, FULL, true",
        "28P01, CONNECT, true, SOUND, true",
        "3D000, CONNECT, true, SOUND, true",
        "42501, CONNECT, true, SOUND, true",
        "XX000, CONNECT, true, SUSPECT, true",
        ",      CONNECT, true, SUSPECT, true",
        "08006, USE, true, SUSPECT, false",
        "08003, USE, true, SUSPECT, false",
        "57P01, USE, true, SUSPECT, false",
        "57P02, USE, true, DOWN, false",
        "57P03, USE, true, DOWN, true",
        "57P04, USE, true, SOUND, false",
        "57P05, USE, true, SOUND, true",
        "25P03, USE, true, SOUND, false",
        "25P04, USE, true, SOUND, false",
        "57014, USE, false, SOUND, false",
        "25006, USE, false, SOUND, false",
        "25P02, USE, false, SOUND, false",
        "40001, USE, false, SOUND, false",
        "40P01, USE, false, SOUND, false",
        "42P01, USE, false, SOUND, false",
        "0A000, USE, false, SOUND, false",
        "23505, USE, false, SOUND, false",
        "28000, USE, false, SOUND, false",
        ",      USE, false, SOUND, false",
    })
    void sortsByState(@Nullable String state, Phase phase, boolean lost, Standing peer, boolean refused) {
        Verdict verdict = ErrorTable.sqlState().sort(new SQLException("", state, 0), phase);

        assertThat(verdict)
                .extracting(Verdict::connectionLost, Verdict::peer, Verdict::refused)
                .as(verdict.fault())
                .containsExactly(lost, peer, refused);
    }

    /** In use it may be that of a stream of the application: class 08 says that the link is lost, and nothing else. */
    @Test
    void takesAnInputOutputErrorBelowForALostLinkOnlyWhileConnecting() {
        SQLException failure = new SQLException("driver gave up", new RuntimeException(new IOException("reset")));

        assertThat(ErrorTable.sqlState().sort(failure, Phase.USE))
                .isEqualTo(new Verdict("statement failed", false, Standing.SOUND, false));
        assertThat(ErrorTable.sqlState().sort(failure, Phase.CONNECT).peer()).isEqualTo(Standing.DOWN);
    }

    @Test
    void endsOnAChainThatBitesItsTail() {
        SQLException first = new SQLException("a", "23505");
        SQLException second = new SQLException("b", "23505", first);
        first.initCause(second);
        first.setNextException(second);

        assertThat(ErrorTable.sqlState().sort(first, Phase.USE).fault()).isEqualTo("statement failed");
    }

    @Test
    void aRefusedLoginIsToldFromAnUnacceptableSetting() {
        Verdict login = ErrorTable.sqlState().sort(new SQLException("", "28000"), Phase.CONNECT);
        assertThat(ErrorTable.isOfLogin(login)).isTrue();
        assertThat(ErrorTable.isOfSettings(login)).isFalse();
        Verdict setting = ErrorTable.sqlState()
                .sort(new SQLException("", "99999", new IllegalArgumentException()), Phase.CONNECT);
        assertThat(ErrorTable.isOfSettings(setting)).isTrue();
        assertThat(ErrorTable.isOfLogin(setting)).isFalse();
    }
}
