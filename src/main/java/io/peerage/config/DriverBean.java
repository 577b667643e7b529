/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Driver;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import javax.sql.XADataSource;
import org.jspecify.annotations.Nullable;

/** A driver's data source while its bean properties are being set by name. Confined to the thread that makes it. */
final class DriverBean {

    /** In this order: a setter that takes text loses nothing. */
    private static final List<Class<?>> TYPES =
            List.of(String.class, int.class, Integer.class, long.class, Long.class, boolean.class, Boolean.class);

    private final DriverProfile driver;
    private final XADataSource dataSource;

    DriverBean(DriverProfile driver, ClassLoader loader) {
        this.driver = driver;
        this.dataSource = instantiate(driver, loader);
    }

    XADataSource dataSource() {
        return dataSource;
    }

    /** Bounds the login in the way of {@link javax.sql.CommonDataSource}, for drivers of which no better is known. */
    void loginTimeout(Duration limit) {
        try {
            dataSource.setLoginTimeout((int) Math.max(1, limit.plusMillis(999).toSeconds()));
        } catch (SQLException e) {
            throw new BadSettingException(
                    Setting.CONNECT_TIMEOUT_MILLIS.propertyName(),
                    Long.toString(limit.toMillis()),
                    "the driver says: " + e.getMessage());
        }
    }

    /**
     * Calls the setter of {@code property}, whatever the case of its name, with {@code value} as its type.
     *
     * @param source where the deployer wrote it, for messages
     */
    void set(Setting source, String property, String value) {
        set(source, property, value, false);
    }

    /**
     * Calls the setter of {@code property}, whatever the case of its name, with {@code value} as its type.
     *
     * @param source where the deployer wrote it, for messages
     * @param hidden whether name and value may belong to a secret, and no message may show them
     */
    void set(Setting source, String property, String value, boolean hidden) {
        String origin = source.propertyName();
        String shown = hidden ? Secrets.MASK : property + "=" + Secrets.show(property, Secrets.maskPeers(value));
        String hint = hidden ? Secrets.HINT : "";
        Method setter = setter(property)
                .orElseThrow(() -> new BadSettingException(
                        origin, shown, driver.dataSourceClass() + " has no such property" + hint));
        Object converted = convert(value, setter.getParameterTypes()[0]);
        if (converted == null) {
            throw new BadSettingException(
                    origin,
                    shown,
                    driver.dataSourceClass() + " takes values of type "
                            + setter.getParameterTypes()[0].getSimpleName()
                            + hint);
        }
        try {
            setter.invoke(dataSource, converted);
        } catch (InvocationTargetException e) {
            // not as the cause: a driver may quote the whole URL with the secrets in it
            Throwable reason = e.getCause() == null ? e : e.getCause();
            throw new BadSettingException(
                    origin,
                    shown,
                    hidden
                            ? "the driver refuses it" + hint
                            : "the driver says: " + Secrets.maskPeers(String.valueOf(reason.getMessage())));
        } catch (IllegalAccessException e) {
            throw new BadSettingException(origin, shown, setter + " is not accessible");
        }
    }

    /**
     * Has the driver read {@code url}, as far as it does that before it connects.
     *
     * @return what it says against the URL, which may quote it; null if nothing
     */
    @Nullable String objection(String url) {
        Method setter = setter("url").orElse(null);
        if (setter == null) {
            return null;
        }
        try {
            setter.invoke(dataSource, url);
            if (!driver.urlReader().isEmpty()) {
                read(url);
            }
            return null;
        } catch (InvocationTargetException e) {
            return words(e.getCause() == null ? e : e.getCause());
        } catch (SQLException | RuntimeException e) {
            return words(e);
        } catch (ReflectiveOperationException | LinkageError e) {
            // Another release of the driver: it will say what it has to say when it connects.
            return null;
        }
    }

    /** Drivers whose data source only keeps the URL read it where they say which properties there are. */
    private void read(String url) throws SQLException, ReflectiveOperationException {
        ClassLoader itsLoader = dataSource.getClass().getClassLoader();
        Object reader = Class.forName(driver.urlReader(), true, itsLoader)
                .getConstructor()
                .newInstance();
        ((Driver) reader).getPropertyInfo(url, new Properties());
    }

    private static String words(Throwable refusal) {
        return String.valueOf(refusal.getMessage());
    }

    /** Returns whether the driver has a setter for {@code property}. */
    boolean has(String property) {
        return setter(property).isPresent();
    }

    private Optional<Method> setter(String property) {
        return Arrays.stream(dataSource.getClass().getMethods())
                .filter(method -> method.getName().equalsIgnoreCase("set" + property))
                .filter(method -> method.getParameterCount() == 1 && TYPES.contains(method.getParameterTypes()[0]))
                .min(Comparator.comparing(method -> TYPES.indexOf(method.getParameterTypes()[0])));
    }

    private static @Nullable Object convert(String value, Class<?> type) {
        try {
            if (type == String.class) {
                return value;
            }
            if (type == int.class || type == Integer.class) {
                return Integer.valueOf(value);
            }
            if (type == long.class || type == Long.class) {
                return Long.valueOf(value);
            }
            return value.equalsIgnoreCase("true")
                    ? Boolean.TRUE
                    : value.equalsIgnoreCase("false") ? Boolean.FALSE : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static XADataSource instantiate(DriverProfile driver, ClassLoader loader) {
        String property = Setting.DRIVER.propertyName();
        try {
            Object instance = Class.forName(driver.dataSourceClass(), true, loader)
                    .getConstructor()
                    .newInstance();
            if (instance instanceof XADataSource xaDataSource) {
                return xaDataSource;
            }
            throw new BadSettingException(
                    property, driver.key(), driver.dataSourceClass() + " is not a javax.sql.XADataSource");
        } catch (ClassNotFoundException | NoClassDefFoundError e) {
            throw new BadSettingException(
                    property,
                    driver.key(),
                    driver.dataSourceClass() + " is not there; put " + driver.jar()
                            + " into the library folder of the server, or into peerage.rar beside its other jars, and"
                            + " restart");
        } catch (InvocationTargetException e) {
            throw new BadSettingException(
                    property, driver.key(), driver.dataSourceClass() + " cannot be made: " + e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new BadSettingException(
                    property, driver.key(), driver.dataSourceClass() + " needs a public constructor without arguments");
        }
    }
}
