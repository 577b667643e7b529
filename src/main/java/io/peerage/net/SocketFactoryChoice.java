/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.net;

import java.util.Map;
import java.util.Set;

/**
 * Whether a driver can be given a socket factory of ours, so that its idle sockets can be looked at.
 *
 * <p>Immutable.
 *
 * @param properties what to tell the driver; empty if it cannot
 * @param obstacle why it cannot; empty if it can
 */
public record SocketFactoryChoice(Map<String, String> properties, String obstacle) {

    private static final String PROPERTY = "socketFactory";

    /** The factories by driver; as names, for naming the class would load the driver. */
    private static final Map<String, String> FACTORIES = Map.of(
            "mysql", "io.peerage.net.MySqlSocketFactory",
            "mariadb", "io.peerage.net.PlainSocketFactory",
            "postgresql", "io.peerage.net.PlainSocketFactory");

    /**
     * Looks whether one of the factories is for a driver.
     *
     * @param driver its name, as the property Driver has it
     * @param dataSource its class that connects
     * @param taken the names of the driver properties that the deployer set
     * @param loader which loads the driver
     */
    public static SocketFactoryChoice of(String driver, String dataSource, Set<String> taken, ClassLoader loader) {
        String factory = FACTORIES.get(driver);
        if (factory == null) {
            return new SocketFactoryChoice(Map.of(), "not known how to give " + driver + " a socket factory");
        }
        if (taken.contains(PROPERTY)) {
            return new SocketFactoryChoice(Map.of(), "the deployer set " + PROPERTY);
        }
        if (!seesFactory(dataSource, factory, loader)) {
            return new SocketFactoryChoice(
                    Map.of(), "the driver's class loader does not see the adapter; put the driver into the archive");
        }
        return new SocketFactoryChoice(Map.of(PROPERTY, factory), "");
    }

    /** Drivers load the factory by name with their own class loader, which may be above that of the adapter. */
    private static boolean seesFactory(String dataSource, String factory, ClassLoader loader) {
        try {
            Class<?> source = Class.forName(dataSource, false, loader);
            Class<?> seen = Class.forName(factory, false, source.getClassLoader());
            return seen.getClassLoader() == SocketFactoryChoice.class.getClassLoader();
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }
}
