/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import java.util.Map;

/** Maps that remember what was put last. Stateless. */
final class Recent {

    private Recent() {}

    /**
     * Puts {@code value} at the end of {@code map}, where it counts as the latest.
     *
     * @param most how many are remembered: beyond that the one put first goes
     */
    static <K, V> void put(Map<K, V> map, K key, V value, int most) {
        map.remove(key);
        map.put(key, value);
        if (map.size() > most) {
            map.remove(map.keySet().iterator().next());
        }
    }
}
