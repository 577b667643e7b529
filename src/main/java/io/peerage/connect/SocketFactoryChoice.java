/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.config.DriverProfile;
import io.peerage.config.PeerSpec;
import java.util.Map;

/**
 * Whether a driver can be given a socket factory of ours, so that its idle sockets can be looked at.
 *
 * <p>Immutable.
 *
 * @param properties what to tell the driver; empty if it cannot
 * @param obstacle why it cannot; empty if it can
 */
record SocketFactoryChoice(Map<String, String> properties, String obstacle) {

    private static final String PROPERTY = "socketFactory";

    /** The factories by driver; as names, for naming the class would load the driver. */
    private static final Map<String, String> FACTORIES = Map.of(
            "mysql", "io.peerage.connect.MySqlSocketFactory",
            "mariadb", "io.peerage.connect.PlainSocketFactory",
            "postgresql", "io.peerage.connect.PlainSocketFactory");

    static SocketFactoryChoice of(PeerSpec peer, DriverProfile driver, ClassLoader loader) {
        String factory = FACTORIES.get(driver.key());
        if (factory == null) {
            return new SocketFactoryChoice(Map.of(), "not known how to give " + driver.key() + " a socket factory");
        }
        if (peer.properties().containsKey(PROPERTY)) {
            return new SocketFactoryChoice(Map.of(), "the deployer set " + PROPERTY);
        }
        if (!seesFactory(driver, factory, loader)) {
            return new SocketFactoryChoice(
                    Map.of(), "the driver's class loader does not see the adapter; put the driver into the archive");
        }
        return new SocketFactoryChoice(Map.of(PROPERTY, factory), "");
    }

    /** Drivers load the factory by name with their own class loader, which may be above that of the adapter. */
    private static boolean seesFactory(DriverProfile driver, String factory, ClassLoader loader) {
        try {
            Class<?> source = Class.forName(driver.dataSourceClass(), false, loader);
            Class<?> seen = Class.forName(factory, false, source.getClassLoader());
            return seen.getClassLoader() == SocketFactoryChoice.class.getClassLoader();
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }
}
