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
import java.util.function.Function;
import javax.sql.XADataSource;
import org.jspecify.annotations.Nullable;

/** A driver's data source while its bean properties are being set by name. Confined to the thread that makes it. */
final class DriverBean {

    /** In this order: a setter that takes text loses nothing. */
    private static final List<Class<?>> TYPES =
            List.of(String.class, int.class, Integer.class, long.class, Long.class, boolean.class, Boolean.class);

    private final DriverProfile driver;
    private final XADataSource dataSource;

    /** @throws BadSettingException if the driver is missing or cannot be made */
    DriverBean(DriverProfile driver, ClassLoader loader) {
        this.driver = driver;
        String remedy = "put " + driver.jar()
                + " into the library folder of the server, or into peerage.rar beside its other jars, and restart";
        this.dataSource = new NamedClass(Setting.DRIVER, driver.key(), driver.dataSourceClass(), remedy)
                .create(driver.dataSourceClass(), XADataSource.class, "is not a javax.sql.XADataSource", loader);
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
                    Setting.CONNECT_TIMEOUT_MILLIS,
                    Long.toString(limit.toMillis()),
                    "the driver says: " + e.getMessage());
        }
    }

    /**
     * Calls the setter of {@code property}, whatever the case of its name, with {@code value} as its type.
     *
     * @param source where the deployer wrote it, for messages
     * @param hidden whether name and value may belong to a secret, and no message may show them
     */
    void set(Setting source, String property, String value, boolean hidden) {
        String shown = hidden ? Secrets.MASK : property + "=" + Secrets.show(property, Secrets.maskPeers(value));
        Function<String, BadSettingException> bad =
                said -> new BadSettingException(source, shown, said + (hidden ? Secrets.HINT : ""));
        Method setter =
                setter(property).orElseThrow(() -> bad.apply(driver.dataSourceClass() + " has no such property"));
        Class<?> type = setter.getParameterTypes()[0];
        Object converted = convert(value, type);
        if (converted == null) {
            throw bad.apply(driver.dataSourceClass() + " takes values of type " + type.getSimpleName());
        }
        try {
            setter.invoke(dataSource, converted);
        } catch (InvocationTargetException e) {
            // not as the cause: a driver may quote the whole URL with the secrets in it
            throw bad.apply(hidden ? "the driver refuses it" : "the driver says: " + Secrets.maskPeers(words(e)));
        } catch (IllegalAccessException e) {
            throw new BadSettingException(source, shown, setter + " is not accessible");
        }
    }

    /**
     * Has the driver read {@code url}, as far as it does that before it connects.
     *
     * @return what it says against the URL, which may quote it; null if nothing
     */
    @Nullable String objection(String url) {
        try {
            Optional<Method> setter = setter("url");
            if (setter.isPresent()) {
                setter.get().invoke(dataSource, url);
                read(url);
            }
            return null;
        } catch (InvocationTargetException | SQLException | RuntimeException e) {
            return words(e);
        } catch (ReflectiveOperationException | LinkageError e) {
            // Another release of the driver: it will say what it has to say when it connects.
            return null;
        }
    }

    /** Drivers whose data source only keeps the URL read it where they say which properties there are. */
    private void read(String url) throws SQLException, ReflectiveOperationException {
        if (!driver.urlReader().isEmpty()) {
            ClassLoader itsLoader = dataSource.getClass().getClassLoader();
            Class<?> reader = Class.forName(driver.urlReader(), true, itsLoader);
            ((Driver) reader.getConstructor().newInstance()).getPropertyInfo(url, new Properties());
        }
    }

    private static String words(Exception refusal) {
        Throwable cause = refusal instanceof InvocationTargetException ? refusal.getCause() : null;
        return String.valueOf((cause == null ? refusal : cause).getMessage());
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
            return switch (type.getSimpleName()) {
                case "int", "Integer" -> Integer.valueOf(value);
                case "long", "Long" -> Long.valueOf(value);
                case "boolean", "Boolean" -> Allowed.flag().parse(value);
                default -> value;
            };
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
