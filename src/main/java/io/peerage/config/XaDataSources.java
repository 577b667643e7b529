/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.sql.XADataSource;
import org.jspecify.annotations.Nullable;

/**
 * Makes the driver's data source of a peer by reflection, so that no driver is needed to build or to load the adapter.
 * User and password are not in it: they go to {@link XADataSource#getXAConnection(String, String)}. Thread-safe:
 * stateless.
 */
public final class XaDataSources {

    private XaDataSources() {}

    /**
     * Returns a new data source for {@code peer}. Its connections have the connect timeout as their socket timeout
     * where {@link DriverProfile#socketTimeoutBoundsLogin()} says so; the caller sets the configured one after the
     * login.
     *
     * @param further driver properties of the caller's, which the deployer's win over
     * @param loader sees the driver
     * @throws BadSettingException if the driver is missing or does not take a property
     */
    public static XADataSource create(
            PeerSpec peer, Settings settings, Map<String, String> further, ClassLoader loader) {
        DriverProfile driver = settings.driver();
        DriverBean bean = new DriverBean(driver, loader);
        if (driver.urlPrefix().isEmpty()) {
            describe(peer, bean);
        } else {
            SortedMap<String, String> properties = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            properties.putAll(driver.defaults());
            properties.putAll(further);
            properties.putAll(peer.properties());
            properties.putAll(driver.loginBounds(settings.connectTimeout()));
            setSecrets(bean, properties);
            String url = driver.url(peer.host(), peer.port(), peer.database(), properties);
            if (bean.objection(url) != null) {
                blame(peer, properties, driver, loader);
                bean.set(Setting.PEERS, "url", url, !peer.hidden().isEmpty());
            }
        }
        if (!driver.socketTimeoutBoundsLogin()) {
            bean.loginTimeout(settings.connectTimeout());
        }
        return bean.dataSource();
    }

    /** Finds the property that the driver objects to by telling it each one alone. */
    private static void blame(
            PeerSpec peer, SortedMap<String, String> properties, DriverProfile driver, ClassLoader loader) {
        for (Map.Entry<String, String> property : properties.entrySet()) {
            String key = property.getKey();
            String alone = driver.url(peer.host(), peer.port(), "", Map.of(key, property.getValue()));
            String objection = new DriverBean(driver, loader).objection(alone);
            if (objection != null && !peer.hidden().contains(key)) {
                String said = Secrets.isSecret(key)
                        ? "the driver refuses it"
                        : "the driver says: " + Secrets.maskPeers(objection);
                throw new BadSettingException(key, Secrets.show(key, property.getValue()), said);
            }
        }
    }

    /**
     * Returns the URL of {@code peer} as its deployer wrote it: without what Peerage adds, and with secrets masked.
     *
     * @return null for a driver of whose URLs nothing is known
     */
    public static @Nullable String shownUrl(PeerSpec peer, DriverProfile driver) {
        if (driver.urlPrefix().isEmpty()) {
            return null;
        }
        SortedMap<String, String> shown = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        shown.putAll(peer.shownProperties());
        return driver.url(peer.host(), peer.port(), peer.database(), shown);
    }

    /**
     * Hands over what is secret beside the URL where the driver has a setter for it: applications can read the URL,
     * from {@link java.sql.DatabaseMetaData#getURL()}.
     */
    private static void setSecrets(DriverBean bean, SortedMap<String, String> properties) {
        for (String key : List.copyOf(properties.keySet())) {
            if (Secrets.isSecret(key) && bean.has(key)) {
                bean.set(Setting.CONNECTION_PROPERTIES, key, Objects.requireNonNull(properties.remove(key)), false);
            }
        }
    }

    private static void describe(PeerSpec peer, DriverBean bean) {
        if (peer.url().isEmpty()) {
            bean.set(Setting.PEERS, "serverName", peer.host().replaceAll("[\\[\\]]", ""), false);
            bean.set(Setting.PEERS, "portNumber", Integer.toString(peer.port()), false);
        } else {
            bean.set(Setting.PEERS, "url", peer.url(), peer.hidden().contains(PeerSpec.QUERY));
        }
        if (!peer.database().isEmpty()) {
            bean.set(Setting.DATABASE_NAME, "databaseName", peer.database(), false);
        }
        peer.properties().forEach((key, value) -> {
            boolean hidden = peer.hidden().contains(key);
            bean.set(Setting.CONNECTION_PROPERTIES, key, value, hidden);
        });
    }
}
