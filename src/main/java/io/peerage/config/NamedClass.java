/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import java.lang.reflect.InvocationTargetException;

/**
 * A class that a deployer names, and what messages say of it. Immutable.
 *
 * @param setting the property that names it
 * @param value the value of that property
 * @param subject what messages call the class
 * @param remedy what to do if it is not there
 */
record NamedClass(Setting setting, String value, String subject, String remedy) {

    /**
     * Returns a new instance.
     *
     * @param name the full name of the class
     * @param otherwise what messages say if it is not of {@code type}
     * @param loader sees the class
     * @throws BadSettingException if it is missing, of another type or cannot be made
     */
    <T> T create(String name, Class<T> type, String otherwise, ClassLoader loader) {
        try {
            Object instance = Class.forName(name, true, loader).getConstructor().newInstance();
            if (type.isInstance(instance)) {
                return type.cast(instance);
            }
            throw bad(otherwise);
        } catch (ClassNotFoundException | NoClassDefFoundError e) {
            throw bad("is not there; " + remedy);
        } catch (InvocationTargetException | ExceptionInInitializerError e) {
            throw bad("cannot be made: " + e.getCause());
        } catch (LinkageError e) {
            throw bad("cannot be loaded: " + e);
        } catch (ReflectiveOperationException e) {
            throw bad("needs a public constructor without arguments");
        }
    }

    private BadSettingException bad(String allowed) {
        return new BadSettingException(setting, value, subject + " " + allowed);
    }
}
