/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URL;
import java.sql.Date;
import java.sql.JDBCType;
import java.sql.SQLType;
import java.sql.SQLWarning;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Arrays;
import java.util.Calendar;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Makes up values of any type that occurs in JDBC. Thread-safe. */
final class Samples {

    private Samples() {}

    static @Nullable Object[] arguments(Method method) {
        return Arrays.stream(method.getParameterTypes()).map(Samples::of).toArray();
    }

    /** Returns a value of {@code type} that is not the type's default; null for void. */
    static @Nullable Object of(Class<?> type) {
        try {
            return sample(type);
        } catch (ReflectiveOperationException | IOException e) {
            throw new AssertionError("no sample of " + type, e);
        }
    }

    private static @Nullable Object sample(Class<?> type) throws ReflectiveOperationException, IOException {
        if (type == void.class) {
            return null;
        } else if (type == boolean.class || type == Boolean.class) {
            return true;
        } else if (type.isPrimitive()) {
            Object array = Array.newInstance(type, 1);
            Array.setByte(array, 0, (byte) 8);
            return Array.get(array, 0);
        } else if (type.isArray()) {
            return Array.newInstance(type.getComponentType(), 2);
        } else if (type.isEnum()) {
            return type.getEnumConstants()[1];
        } else if (type == SQLType.class) {
            return JDBCType.INTEGER;
        } else if (type == Class.class) {
            return String.class;
        } else if (type == String.class || type == Object.class) {
            return "sample";
        } else if (type == Map.class) {
            return Map.of("sample", String.class);
        } else if (type == Properties.class) {
            Properties properties = new Properties();
            properties.setProperty("sample", "value");
            return properties;
        } else if (type == Calendar.class) {
            return Calendar.getInstance();
        } else if (type == BigDecimal.class) {
            return BigDecimal.TEN;
        } else if (type == URL.class) {
            return URI.create("http://localhost/").toURL();
        } else if (type == InputStream.class) {
            return InputStream.nullInputStream();
        } else if (type == Reader.class) {
            return Reader.nullReader();
        } else if (type == Date.class || type == Time.class || type == Timestamp.class) {
            return type.getConstructor(long.class).newInstance(8L);
        } else if (type == SQLWarning.class) {
            return new SQLWarning("sample");
        } else if (type.isInterface()) {
            return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                if (method.getName().equals("equals")) {
                    return proxy == arguments[0];
                }
                return method.getName().equals("hashCode") ? 8 : "sample " + type.getSimpleName();
            });
        }
        throw new NoSuchMethodException("constructor for a sample of " + type);
    }
}
