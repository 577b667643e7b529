/* SPDX-License-Identifier: Apache-2.0 */
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import javax.sql.XAConnection;
import javax.sql.XADataSource;

/**
 * Writes a class {@code Refusing<Interface>} for each of some JDBC interfaces, whose methods all refuse, so that a
 * driver for benchmarks is the few methods that do something: {@code java RefusalGenerator.java <output directory>}.
 */
final class RefusalGenerator {

    private static final String PACKAGE = "io.peerage.benchmarks";
    private static final List<Class<?>> INTERFACES =
            List.of(Connection.class, PreparedStatement.class, ResultSet.class, XAConnection.class, XADataSource.class);

    private RefusalGenerator() {}

    public static void main(String[] args) throws IOException {
        Path directory = Files.createDirectories(Path.of(args[0]).resolve(PACKAGE.replace('.', '/')));
        for (Class<?> type : INTERFACES) {
            Files.writeString(directory.resolve("Refusing" + type.getSimpleName() + ".java"), source(type));
        }
    }

    private static String source(Class<?> type) {
        String methods = Arrays.stream(type.getMethods())
                .filter(method -> Modifier.isAbstract(method.getModifiers()))
                .sorted(Comparator.comparing(Method::toGenericString))
                .map(RefusalGenerator::method)
                .collect(Collectors.joining());
        return """
                package %s;

                /** Refuses everything. */
                @SuppressWarnings("deprecation")
                abstract class Refusing%s implements %s {
                %s}
                """.formatted(PACKAGE, type.getSimpleName(), type.getName(), methods);
    }

    private static String method(Method method) {
        String variables = Arrays.stream(method.getTypeParameters())
                .map(TypeVariable::getName)
                .collect(Collectors.joining(", "));
        List<String> parameters = new ArrayList<>();
        for (Parameter parameter : method.getParameters()) {
            parameters.add(parameter.getParameterizedType().getTypeName() + " p" + parameters.size());
        }
        String exceptions = Arrays.stream(method.getGenericExceptionTypes())
                .map(Type::getTypeName)
                .collect(Collectors.joining(", "));
        return """

                    @Override
                    public %s%s %s(%s)%s {
                        throw new UnsupportedOperationException("%s");
                    }
                """.formatted(
                        variables.isEmpty() ? "" : "<" + variables + "> ",
                        method.getGenericReturnType().getTypeName(),
                        method.getName(),
                        String.join(", ", parameters),
                        exceptions.isEmpty() ? "" : " throws " + exceptions,
                        method.getName());
    }
}
