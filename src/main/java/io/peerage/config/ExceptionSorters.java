/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import io.peerage.peer.ExceptionSorter;

/** Finds the sorter of a pool's exceptions. Thread-safe: stateless. */
public final class ExceptionSorters {

    private ExceptionSorters() {}

    /**
     * Returns a new instance of the class that {@code ExceptionSorter} names, or the driver's own sorter.
     *
     * @param loader sees the class
     * @throws BadSettingException if the class is missing, is no sorter or cannot be made
     */
    public static ExceptionSorter create(Settings settings, ClassLoader loader) {
        String name = settings.exceptionSorter();
        if (name.isEmpty()) {
            return settings.driver().exceptionSorter();
        }
        try {
            Object instance = Class.forName(name, true, loader).getConstructor().newInstance();
            if (instance instanceof ExceptionSorter sorter) {
                return sorter;
            }
            throw bad(name, "the class must implement " + ExceptionSorter.class.getName());
        } catch (ClassNotFoundException | NoClassDefFoundError e) {
            throw bad(name, "the class is not there; put its jar into the library folder of the server");
        } catch (ReflectiveOperationException e) {
            throw bad(name, "the class needs a public constructor without arguments that does not fail");
        }
    }

    private static BadSettingException bad(String name, String allowed) {
        return new BadSettingException(Setting.EXCEPTION_SORTER.propertyName(), name, allowed);
    }
}
