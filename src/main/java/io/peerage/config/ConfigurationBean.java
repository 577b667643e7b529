/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The bean properties of the managed connection factory, as every container sets them. A setter trims, takes null or
 * blank for the default, and never fails; {@link #settings()} checks. What each property means stands in {@link
 * Setting}. Equal if class and all properties are. Thread-safe.
 *
 * <p>Setters do not check because Payara and GlassFish hide the message of one that does ("RAR7096: Exception null
 * while trying to set the value ...") and print the value instead, which for {@code Peers} may hold passwords.
 */
public abstract class ConfigurationBean extends SettingAccessors implements Serializable {

    private static final long serialVersionUID = 1L;

    /** What differs from the default, in the order of the properties: the first one that is not allowed is told of. */
    private final ConcurrentSkipListMap<Setting, Object> values = new ConcurrentSkipListMap<>();

    protected ConfigurationBean() {}

    /**
     * Returns the checked whole, read anew each time, so that a container may set properties again.
     *
     * @throws BadSettingException if a value is not allowed, the properties do not fit together or a peer is not well
     *     described
     */
    public Settings settings() {
        return configuration().settings();
    }

    /**
     * Returns the checked whole, and where its peers can be read again.
     *
     * @throws BadSettingException as {@link #settings()}
     */
    public Configuration configuration() {
        values.forEach(SettingValues::check);
        return Configuration.of(this);
    }

    /**
     * Returns what tells this pool from others: those with an equal one share a peer group. With {@code PeersFile} it
     * is where the file is, whatever it says, and reads nothing.
     *
     * @throws BadSettingException as {@link #settings()}, where there is no file
     */
    public Object groupKey() {
        return getPeersFile().isEmpty() ? settings() : Map.copyOf(values);
    }

    /**
     * Returns {@link Setting#ACQUIRE_TIMEOUT_MILLIS}, checked.
     *
     * @throws BadSettingException if it is not allowed
     */
    public int acquireTimeoutMillis() {
        return (Integer) SettingValues.check(Setting.ACQUIRE_TIMEOUT_MILLIS, getAcquireTimeoutMillis());
    }

    @Override
    final Object value(Setting setting) {
        Object value = values.get(setting);
        return value == null ? SettingValues.defaultOf(setting) : value;
    }

    @Override
    final void set(Setting setting, @Nullable Object given) {
        Object value = SettingValues.keep(setting, given);
        if (value.equals(SettingValues.defaultOf(setting))) {
            values.remove(setting);
        } else {
            values.put(setting, value);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ConfigurationBean bean
                && bean.getClass().equals(getClass())
                && bean.values.equals(values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /** Returns all properties, secrets masked. */
    @Override
    public String toString() {
        return Arrays.stream(Setting.values())
                .map(setting -> setting.propertyName() + "=" + SettingValues.show(setting, value(setting)))
                .collect(Collectors.joining(", ", getClass().getSimpleName() + "{", "}"));
    }
}
