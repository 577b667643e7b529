/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.sql.SQLException;

/** Failures for tests, whose SQLState says what the sorter of these tests makes of them. */
final class Verdicts {

    static final Verdict DOWN = new Verdict("down", true, Verdict.Standing.DOWN, false);
    static final Verdict SUSPECT = new Verdict("link lost", true, Verdict.Standing.SUSPECT, false);
    static final Verdict ASK = new Verdict("perhaps forged", true, Verdict.Standing.ASK, false);
    static final Verdict FULL = new Verdict("full", true, Verdict.Standing.FULL, true);
    static final Verdict SOUND = new Verdict("wrong credentials", true, Verdict.Standing.SOUND, true);

    private Verdicts() {}

    static SQLException failure(String state) {
        return new SQLException("made for a test", state);
    }

    static Verdict sort(SQLException failure, Phase phase) {
        return switch (failure.getSQLState()) {
            case "DOWN" -> DOWN;
            case "FULL" -> FULL;
            case "SOUND" -> SOUND;
            default -> phase == Phase.CONNECT ? DOWN : SUSPECT;
        };
    }
}
