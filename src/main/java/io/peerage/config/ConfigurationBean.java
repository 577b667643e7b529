/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import java.io.Serializable;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The bean properties of the managed connection factory, as every container sets them. A setter trims, takes null or
 * blank for the default, and never fails; {@link #settings()} checks. What each property means stands in {@link
 * Setting}. Equal if class and all properties are. Thread-safe.
 *
 * <p>Setters do not check because Payara and GlassFish hide the message of one that does ("RAR7096: Exception null while
 * trying to set the value ...") and print the value instead, which for {@code Peers} may hold passwords.
 */
public abstract class ConfigurationBean implements Serializable {

    private static final long serialVersionUID = 1L;

    /** What differs from the default; replaced as a whole, never changed. */
    private volatile EnumMap<Setting, Object> values = new EnumMap<>(Setting.class);

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
        values.forEach(Setting::check);
        return Settings.of(this);
    }

    /**
     * Returns what tells this pool from others: those with an equal one share a peer group. With {@code PeersFile} it is
     * where the file is, whatever it says, and reads nothing.
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
        return (Integer) Setting.ACQUIRE_TIMEOUT_MILLIS.check(value(Setting.ACQUIRE_TIMEOUT_MILLIS));
    }

    /** Returns {@link Setting#PEERS}. */
    public String getPeers() {
        return text(Setting.PEERS);
    }

    /** Sets {@link Setting#PEERS}; null or blank: the default. */
    public void setPeers(@Nullable String peers) {
        set(Setting.PEERS, peers);
    }

    /** Returns {@link Setting#DATABASE_NAME}. */
    public String getDatabaseName() {
        return text(Setting.DATABASE_NAME);
    }

    /** Sets {@link Setting#DATABASE_NAME}; null or blank: the default. */
    public void setDatabaseName(@Nullable String databaseName) {
        set(Setting.DATABASE_NAME, databaseName);
    }

    /** Returns {@link Setting#USER_NAME}. */
    public String getUserName() {
        return text(Setting.USER_NAME);
    }

    /** Sets {@link Setting#USER_NAME}; null or blank: the default. */
    public void setUserName(@Nullable String userName) {
        set(Setting.USER_NAME, userName);
    }

    /** Returns {@link Setting#PASSWORD}. */
    public String getPassword() {
        return text(Setting.PASSWORD);
    }

    /** Sets {@link Setting#PASSWORD}; null or blank: the default. */
    public void setPassword(@Nullable String password) {
        set(Setting.PASSWORD, password);
    }

    /** Returns {@link Setting#DRIVER}. */
    public String getDriver() {
        return text(Setting.DRIVER);
    }

    /** Sets {@link Setting#DRIVER}; null or blank: the default. */
    public void setDriver(@Nullable String driver) {
        set(Setting.DRIVER, driver);
    }

    /** Returns {@link Setting#CONNECTION_PROPERTIES}. */
    public String getConnectionProperties() {
        return text(Setting.CONNECTION_PROPERTIES);
    }

    /** Sets {@link Setting#CONNECTION_PROPERTIES}; null or blank: the default. */
    public void setConnectionProperties(@Nullable String connectionProperties) {
        set(Setting.CONNECTION_PROPERTIES, connectionProperties);
    }

    /** Returns {@link Setting#PEERS_FILE}. */
    public String getPeersFile() {
        return text(Setting.PEERS_FILE);
    }

    /** Sets {@link Setting#PEERS_FILE}; null or blank: the default. */
    public void setPeersFile(@Nullable String peersFile) {
        set(Setting.PEERS_FILE, peersFile);
    }

    /** Returns {@link Setting#SELECTION}. */
    public String getSelection() {
        return text(Setting.SELECTION);
    }

    /** Sets {@link Setting#SELECTION}; null or blank: the default. */
    public void setSelection(@Nullable String selection) {
        set(Setting.SELECTION, selection);
    }

    /** Returns {@link Setting#CHECK_INTERVAL_SECONDS}. */
    public Integer getCheckIntervalSeconds() {
        return number(Setting.CHECK_INTERVAL_SECONDS);
    }

    /** Sets {@link Setting#CHECK_INTERVAL_SECONDS}; null or blank: the default. */
    public void setCheckIntervalSeconds(@Nullable Integer checkIntervalSeconds) {
        set(Setting.CHECK_INTERVAL_SECONDS, checkIntervalSeconds);
    }

    /** Returns {@link Setting#ACQUIRE_TIMEOUT_MILLIS}. */
    public Integer getAcquireTimeoutMillis() {
        return number(Setting.ACQUIRE_TIMEOUT_MILLIS);
    }

    /** Sets {@link Setting#ACQUIRE_TIMEOUT_MILLIS}; null or blank: the default. */
    public void setAcquireTimeoutMillis(@Nullable Integer acquireTimeoutMillis) {
        set(Setting.ACQUIRE_TIMEOUT_MILLIS, acquireTimeoutMillis);
    }

    /** Returns {@link Setting#CONNECT_TIMEOUT_MILLIS}. */
    public Integer getConnectTimeoutMillis() {
        return number(Setting.CONNECT_TIMEOUT_MILLIS);
    }

    /** Sets {@link Setting#CONNECT_TIMEOUT_MILLIS}; null or blank: the default. */
    public void setConnectTimeoutMillis(@Nullable Integer connectTimeoutMillis) {
        set(Setting.CONNECT_TIMEOUT_MILLIS, connectTimeoutMillis);
    }

    /** Returns {@link Setting#SOCKET_TIMEOUT_MILLIS}. */
    public Integer getSocketTimeoutMillis() {
        return number(Setting.SOCKET_TIMEOUT_MILLIS);
    }

    /** Sets {@link Setting#SOCKET_TIMEOUT_MILLIS}; null or blank: the default. */
    public void setSocketTimeoutMillis(@Nullable Integer socketTimeoutMillis) {
        set(Setting.SOCKET_TIMEOUT_MILLIS, socketTimeoutMillis);
    }

    /** Returns {@link Setting#VALIDATION_TIMEOUT_MILLIS}. */
    public Integer getValidationTimeoutMillis() {
        return number(Setting.VALIDATION_TIMEOUT_MILLIS);
    }

    /** Sets {@link Setting#VALIDATION_TIMEOUT_MILLIS}; null or blank: the default. */
    public void setValidationTimeoutMillis(@Nullable Integer validationTimeoutMillis) {
        set(Setting.VALIDATION_TIMEOUT_MILLIS, validationTimeoutMillis);
    }

    /** Returns {@link Setting#VALIDATE_AFTER_IDLE_MILLIS}. */
    public Integer getValidateAfterIdleMillis() {
        return number(Setting.VALIDATE_AFTER_IDLE_MILLIS);
    }

    /** Sets {@link Setting#VALIDATE_AFTER_IDLE_MILLIS}; null or blank: the default. */
    public void setValidateAfterIdleMillis(@Nullable Integer validateAfterIdleMillis) {
        set(Setting.VALIDATE_AFTER_IDLE_MILLIS, validateAfterIdleMillis);
    }

    /** Returns {@link Setting#HUNG_AFTER_MILLIS}. */
    public Integer getHungAfterMillis() {
        return number(Setting.HUNG_AFTER_MILLIS);
    }

    /** Sets {@link Setting#HUNG_AFTER_MILLIS}; null or blank: the default. */
    public void setHungAfterMillis(@Nullable Integer hungAfterMillis) {
        set(Setting.HUNG_AFTER_MILLIS, hungAfterMillis);
    }

    /** Returns {@link Setting#MAX_LIFETIME_SECONDS}. */
    public Integer getMaxLifetimeSeconds() {
        return number(Setting.MAX_LIFETIME_SECONDS);
    }

    /** Sets {@link Setting#MAX_LIFETIME_SECONDS}; null or blank: the default. */
    public void setMaxLifetimeSeconds(@Nullable Integer maxLifetimeSeconds) {
        set(Setting.MAX_LIFETIME_SECONDS, maxLifetimeSeconds);
    }

    /** Returns {@link Setting#REBALANCE_PER_SECOND}. */
    public Integer getRebalancePerSecond() {
        return number(Setting.REBALANCE_PER_SECOND);
    }

    /** Sets {@link Setting#REBALANCE_PER_SECOND}; null or blank: the default. */
    public void setRebalancePerSecond(@Nullable Integer rebalancePerSecond) {
        set(Setting.REBALANCE_PER_SECOND, rebalancePerSecond);
    }

    /** Returns {@link Setting#READINESS_CHECK}. */
    public String getReadinessCheck() {
        return text(Setting.READINESS_CHECK);
    }

    /** Sets {@link Setting#READINESS_CHECK}; null or blank: the default. */
    public void setReadinessCheck(@Nullable String readinessCheck) {
        set(Setting.READINESS_CHECK, readinessCheck);
    }

    /** Returns {@link Setting#WHEN_ALL_DOWN}. */
    public String getWhenAllDown() {
        return text(Setting.WHEN_ALL_DOWN);
    }

    /** Sets {@link Setting#WHEN_ALL_DOWN}; null or blank: the default. */
    public void setWhenAllDown(@Nullable String whenAllDown) {
        set(Setting.WHEN_ALL_DOWN, whenAllDown);
    }

    /** Returns {@link Setting#TWO_PHASE_COMMIT}. */
    public Boolean getTwoPhaseCommit() {
        return (Boolean) value(Setting.TWO_PHASE_COMMIT);
    }

    /** Sets {@link Setting#TWO_PHASE_COMMIT}; null: the default. */
    public void setTwoPhaseCommit(@Nullable Boolean twoPhaseCommit) {
        set(Setting.TWO_PHASE_COMMIT, twoPhaseCommit);
    }

    /** Returns {@link Setting#RECOVERY_POLICY}. */
    public String getRecoveryPolicy() {
        return text(Setting.RECOVERY_POLICY);
    }

    /** Sets {@link Setting#RECOVERY_POLICY}; null or blank: the default. */
    public void setRecoveryPolicy(@Nullable String recoveryPolicy) {
        set(Setting.RECOVERY_POLICY, recoveryPolicy);
    }

    /** Returns {@link Setting#RECOVERY_WAIT_SECONDS}. */
    public Integer getRecoveryWaitSeconds() {
        return number(Setting.RECOVERY_WAIT_SECONDS);
    }

    /** Sets {@link Setting#RECOVERY_WAIT_SECONDS}; null or blank: the default. */
    public void setRecoveryWaitSeconds(@Nullable Integer recoveryWaitSeconds) {
        set(Setting.RECOVERY_WAIT_SECONDS, recoveryWaitSeconds);
    }

    /** Returns {@link Setting#EXCEPTION_SORTER}. */
    public String getExceptionSorter() {
        return text(Setting.EXCEPTION_SORTER);
    }

    /** Sets {@link Setting#EXCEPTION_SORTER}; null or blank: the default. */
    public void setExceptionSorter(@Nullable String exceptionSorter) {
        set(Setting.EXCEPTION_SORTER, exceptionSorter);
    }

    /** Returns {@link Setting#GROUP_NAME}. */
    public String getGroupName() {
        return text(Setting.GROUP_NAME);
    }

    /** Sets {@link Setting#GROUP_NAME}; null or blank: the default. */
    public void setGroupName(@Nullable String groupName) {
        set(Setting.GROUP_NAME, groupName);
    }

    private String text(Setting setting) {
        return (String) value(setting);
    }

    private Integer number(Setting setting) {
        return (Integer) value(setting);
    }

    private Object value(Setting setting) {
        Object value = values.get(setting);
        return value == null ? setting.defaultValue() : value;
    }

    private synchronized void set(Setting setting, @Nullable Object given) {
        Object value = setting.keep(given);
        EnumMap<Setting, Object> changed = new EnumMap<>(values);
        if (value.equals(setting.defaultValue())) {
            changed.remove(setting);
        } else {
            changed.put(setting, value);
        }
        values = changed;
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
        EnumMap<Setting, Object> snapshot = values;
        StringBuilder text = new StringBuilder(getClass().getSimpleName()).append('{');
        String separator = "";
        for (Setting setting : Setting.values()) {
            Object value = snapshot.getOrDefault(setting, setting.defaultValue());
            text.append(separator).append(setting.propertyName()).append('=').append(setting.show(value));
            separator = ", ";
        }
        return text.append('}').toString();
    }
}
