/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.demo.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {

    @Test
    void writesEveryKindOfValue() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("text", "tea");
        map.put("count", 3L);
        map.put("ratio", 0.5);
        map.put("yes", true);
        map.put("nothing", null);
        map.put("list", Arrays.asList(1, null, List.of(), Map.of()));

        assertThat(Json.write(map))
                .isEqualTo("{\"text\":\"tea\",\"count\":3,\"ratio\":0.5,\"yes\":true,\"nothing\":null,"
                        + "\"list\":[1,null,[],{}]}");
    }

    @Test
    void escapesWhatWouldEndAString() {
        assertThat(Json.write("a\"b\\c")).isEqualTo("\"a\\\"b\\\\c\"");
    }

    @Test
    void escapesControlCharacters() {
        assertThat(Json.write("a\nb\rc\td\u0000e\u001F")).isEqualTo("\"a\\nb\\rc\\td\\u0000e\\u001f\"");
    }

    @Test
    void escapesKeysAsWell() {
        assertThat(Json.write(Map.of("a\"", 1))).isEqualTo("{\"a\\\"\":1}");
    }

    @Test
    void keepsHalfASurrogatePairFromBecomingAQuestionMark() {
        assertThat(Json.write("x\uD83D")).isEqualTo("\"x\\ud83d\"");
        assertThat(Json.write("Grüße")).isEqualTo("\"Grüße\"");
    }

    @Test
    void refusesWhatJsonCannotSay() {
        assertThatThrownBy(() -> Json.write(Double.NaN)).hasMessageContaining("NaN");
        assertThatThrownBy(() -> Json.write(new Object())).hasMessageContaining("java.lang.Object");
    }
}
