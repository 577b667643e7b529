/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/**
 * The checked whole of a pool's properties. Immutable; equal by all components, secrets included, so it can tell which
 * pools may share a peer group.
 *
 * @param peers at least one, names and endpoints unique
 * @param driver what is known of the driver
 * @param values those of all other properties, each as the bean has it; the name of the group is never empty
 */
public record Settings(List<PeerSpec> peers, DriverProfile driver, Map<Setting, Object> values)
        implements PoolSettings {

    /** Copies both. */
    public Settings {
        peers = List.copyOf(peers);
        values = Collections.unmodifiableMap(new EnumMap<>(values));
    }

    @Override
    public Object value(Setting setting) {
        return requireNonNull(values.get(setting));
    }

    /** Returns the effective value of each property as an operator reads it, on one line, secrets masked. */
    @Override
    public String toString() {
        StringJoiner line = new StringJoiner("; ")
                .add("Peers=" + peers.stream().map(PeerSpec::toString).collect(Collectors.joining(", ")))
                .add("Driver=" + driver.key());
        values.forEach((setting, value) -> {
            if (!value.equals("")) {
                line.add(setting.propertyName() + "=" + value);
            }
        });
        return line.toString();
    }
}
