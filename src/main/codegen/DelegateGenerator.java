/* SPDX-License-Identifier: Apache-2.0 */
import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import javax.tools.ToolProvider;

/**
 * Writes the delegating half of the JDBC handles, one class per JDBC interface, so that no method of JDBC can be
 * forgotten. Run by the build: {@code java DelegateGenerator.java <output directory> <Java release>}.
 *
 * <p>The interfaces are read as that release declares them, so every JDK generates the same. Only methods that throw
 * exactly SQLException are generated; the rest stays abstract, and javac insists that someone decides. Single-threaded.
 */
final class DelegateGenerator {

    private static final String PACKAGE = "io.peerage.jdbc";

    /**
     * One class to write.
     *
     * @param name the JDBC interface
     * @param parent what the class extends; empty if nothing
     * @param generic whether a further interface is based on it
     */
    private record Kind(String name, String parent, boolean generic) {

        /**
         * Whether no generated class is above it, so that what all of them have is written here, and a class by hand
         * below it says what is left to say. Else nothing is left: it is what applications hold.
         */
        boolean isFirst() {
            return !inherits() || isPinned();
        }

        String className() {
            return isFirst() ? "Delegating" + name : name + "Handle";
        }

        boolean inherits() {
            return !parent.isEmpty();
        }

        /** Whether it belongs to one physical connection, and is closed once. */
        boolean isPinned() {
            return parent.startsWith("PinnedHandle");
        }

        /** The type of the driver's object. */
        String delegate() {
            return generic ? "D" : name;
        }
    }

    private static final List<Kind> KINDS = List.of(
            new Kind("Connection", "", false),
            new Kind("DatabaseMetaData", "", false),
            new Kind("Statement", "PinnedHandle<D>", true),
            new Kind("PreparedStatement", "StatementHandle<D>", true),
            new Kind("CallableStatement", "PreparedStatementHandle<CallableStatement>", false),
            new Kind("ResultSet", "PinnedHandle<ResultSet>", false));

    private static final String CONSTRUCTOR = """

                %2$s(Association association, Session session, %1$s delegate) {
                    super(association, session, delegate);
                }
            """;

    /** Where a call is made. What has a parent inherits this. */
    private static final String PARTS = """

                /** Returns where this handle works. */
                abstract Association association() throws SQLException;

                /** Returns the session this handle works on. */
                abstract Session session(Association association) throws SQLException;

                /**
                 * Returns the driver's object.
                 *
                 * @throws SQLException with SQLState 08003 if the handle is closed
                 */
                abstract %1$s delegate(Association association, Session session) throws SQLException;
            """;

    /** To ask for a JDBC interface never unwraps anything. */
    private static final String UNWRAPPING = """

                /** Prefers this handle to the driver's object. */
                @Override
                public <T> T unwrap(Class<T> type) throws SQLException {
                    Association a = association();
                    Session s = session(a);
                    %1$s d = delegate(a, s);
                    if (type.isInstance(this)) {
                        return type.cast(this);
                    }
                    return a.call(s, session -> {
                        T driverObject = type.isInstance(d) ? type.cast(d) : d.unwrap(type);
                        session.expose();
                        return driverObject;
                    });
                }

                @Override
                public boolean isWrapperFor(Class<?> type) throws SQLException {
                    Association a = association();
                    Session s = session(a);
                    %1$s d = delegate(a, s);
                    return type.isInstance(this) || type.isInstance(d) || a.call(s, ignored -> d.isWrapperFor(type));
                }
            """;

    private static final String CLOSING = """

                @Override
                public void close() throws SQLException {
                    release();
                }

                @Override
                final void close(%1$s open) throws SQLException {
                    open.close();
                }
            """;

    /** A call that stays within the driver. */
    private static final String QUIET_CALL = """
                    try {
                        %s
                    } catch (SQLException e) {
                        throw a.failed(e, s);
                    }
            """;

    /** A call that may wait for the server. */
    private static final String CALL = """
                    Activity activity = s.activity();
                    activity.begin();
                    try {
                        %s
                    } catch (SQLException e) {
                        s.failed();
                        throw a.failed(e, s);
                    } catch (RuntimeException | Error e) {
                        a.spoiled(s);
                        throw e;
                    } finally {
                        activity.end();
                    }
            """;

    /** What a method has to say before it runs. */
    private enum Mark {
        /** Nothing: it stays within the driver. */
        QUIET,
        /** It may wait for the server. */
        TALKS,
        /** It may also run SQL in the application's transaction, so the auto-commit mode must be settled first. */
        WORKS
    }

    private final Elements elements;

    private DelegateGenerator(Elements elements) {
        this.elements = elements;
    }

    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args[0]).resolve(PACKAGE.replace('.', '/'));
        Files.createDirectories(directory);
        JavacTask javac = (JavacTask) ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, null, List.of("--release", args[1]), null, null);
        DelegateGenerator generator = new DelegateGenerator(javac.getElements());
        for (Kind kind : KINDS) {
            write(directory.resolve(kind.className() + ".java"), generator.source(kind));
        }
    }

    /** Leaves an unchanged file alone, so that nothing is compiled again for its time stamp. */
    private static void write(Path file, String source) throws IOException {
        if (!Files.exists(file) || !Files.readString(file).equals(source)) {
            Files.writeString(file, source);
        }
    }

    private String source(Kind kind) {
        TypeElement type = elements.getTypeElement("java.sql." + kind.name());
        List<ExecutableElement> methods = new ArrayList<>(ElementFilter.methodsIn(type.getEnclosedElements()));
        methods.removeIf(method -> method.getModifiers().contains(Modifier.STATIC) || !throwsSqlException(method));
        methods.removeIf(method -> kind.isPinned() && method.getSimpleName().contentEquals("close"));
        methods.sort(Comparator.comparing(Object::toString));

        StringBuilder out = new StringBuilder("""
                /* SPDX-License-Identifier: Apache-2.0 */
                package %1$s;

                import java.sql.*;
                import javax.annotation.processing.Generated;

                /** Delegates what JDBC's %2$s declares. Thread-safe as far as the driver is. */
                @Generated("DelegateGenerator")
                @SuppressWarnings("deprecation")
                %3$s class %4$s%5$s%6$s implements %2$s {
                """.formatted(
                        PACKAGE,
                        kind.name(),
                        kind.isFirst() ? "abstract" : "public",
                        kind.className(),
                        kind.generic() ? "<D extends " + kind.name() + ">" : "",
                        kind.inherits() ? " extends " + kind.parent() : ""));
        out.append((kind.inherits() ? CONSTRUCTOR : PARTS).formatted(kind.delegate(), kind.className()));
        if (kind.isPinned()) {
            out.append(CLOSING.formatted(kind.delegate()));
        }
        if (kind.isFirst()) {
            out.append(UNWRAPPING.formatted(kind.delegate()));
            TreeSet<String> wrapped = new TreeSet<>();
            methods.stream()
                    .map(method -> method.getReturnType().toString())
                    .filter(DelegateGenerator::isWrapped)
                    .forEach(wrapped::add);
            wrapped.forEach(result -> out.append(
                    "\n    abstract %1$s handle(Association a, Session s, %1$s result) throws SQLException;\n"
                            .formatted(result)));
        }
        methods.forEach(method -> out.append(method(kind, method)));
        return out.append("}\n").toString();
    }

    /**
     * The delegate is fetched outside the try block and the result is wrapped outside it: what is caught was thrown by
     * the driver, by this call and no other, so no exception is told twice and none of ours is told at all.
     */
    private static String method(Kind kind, ExecutableElement method) {
        String name = method.getSimpleName().toString();
        TypeMirror result = method.getReturnType();
        boolean isVoid = result.getKind() == TypeKind.VOID;
        boolean wrapped = isWrapped(result.toString());
        Mark mark = mark(kind.name(), name, result.toString());
        String after = after(kind.name(), name, mark);

        List<String> parameters = new ArrayList<>();
        List<String> arguments = new ArrayList<>();
        method.getParameters().forEach(parameter -> {
            String argument = "p" + arguments.size();
            parameters.add(parameter.asType() + " " + argument);
            arguments.add(
                    isOfApplication(kind.name(), parameter.asType().toString())
                            ? "a.watch(" + argument + ")"
                            : argument);
        });
        String typeParameters = method.getTypeParameters().isEmpty()
                ? ""
                : method.getTypeParameters().stream()
                        .map(Object::toString)
                        .collect(Collectors.joining(", ", "<", "> "));
        String call = "d." + name + "(" + String.join(", ", arguments) + ")";

        StringBuilder out =
                new StringBuilder("""

                    @Override
                    public %s%s %s(%s) throws SQLException {
                """.formatted(typeParameters, result, name, String.join(", ", parameters)));
        if (kind.isPinned() && name.equals("isClosed")) {
            out.append("""
                            if (isReleased()) {
                                return true;
                            }
                    """);
        }
        line(out, "Association a = association();");
        line(out, "Session s = session(a);");
        line(out, kind.delegate() + " d = delegate(a, s);");
        if (mark == Mark.WORKS) {
            line(out, "a.settle(s);");
        }
        if (takesSql(name) && !parameters.isEmpty() && parameters.get(0).equals("java.lang.String p0")) {
            line(out, "s.read(p0);");
        }
        boolean kept = wrapped || (!after.isEmpty() && !isVoid);
        if (kept) {
            line(out, result + " result;");
        }
        out.append((mark == Mark.QUIET ? QUIET_CALL : CALL)
                .formatted((kept ? "result = " : isVoid ? "" : "return ") + call + ";"));
        if (!after.isEmpty()) {
            line(out, after);
        }
        if (wrapped) {
            line(out, "return result == null ? null : handle(a, s, result);");
        } else if (kept) {
            line(out, "return result;");
        }
        return out.append("    }\n").toString();
    }

    private static void line(StringBuilder out, String text) {
        out.append("        ").append(text).append('\n');
    }

    /** Whether the driver may call a parameter of this type back, later, in the midst of a call. */
    private static boolean isOfApplication(String kind, String type) {
        return !kind.equals("Connection")
                && List.of("java.io.InputStream", "java.io.Reader", "java.lang.Object")
                        .contains(type);
    }

    private static boolean throwsSqlException(ExecutableElement method) {
        return method.getThrownTypes().size() == 1
                && method.getThrownTypes().get(0).toString().equals("java.sql.SQLException");
    }

    /** Returns what follows a call that went well; empty if nothing does. */
    private static String after(String type, String method, Mark mark) {
        if (mark == Mark.WORKS && method.matches("execute.*|(insert|update|delete)Row")) {
            return "answered(a, s);";
        }
        return type.equals("Statement") && method.equals("getMoreResults") ? "resultSetClosed();" : "";
    }

    /** Whether its first parameter, if it is a text, is SQL. */
    private static boolean takesSql(String method) {
        return method.matches("execute.*|addBatch|prepare.*");
    }

    private static boolean isWrapped(String type) {
        return KINDS.stream().anyMatch(kind -> type.equals("java.sql." + kind.name()));
    }

    /** Errs on the side of the mark, except for what runs once per row and column. */
    private static Mark mark(String type, String method, String result) {
        return switch (type) {
            case "Connection" ->
                method.matches("createStatement|prepare.*|.*[sS]avepoint|commit|rollback|getSchema")
                        ? Mark.WORKS
                        : Mark.TALKS;
            case "DatabaseMetaData" -> result.equals("java.sql.ResultSet") ? Mark.WORKS : Mark.TALKS;
            // cancel() exists to run beside another call, and the counts of two concurrent calls may be lost
            case "Statement" ->
                method.equals("cancel") ? Mark.QUIET : method.startsWith("execute") ? Mark.WORKS : Mark.TALKS;
            case "PreparedStatement", "CallableStatement" ->
                method.startsWith("execute")
                        ? Mark.WORKS
                        : method.matches("getMetaData|getParameterMetaData") ? Mark.TALKS : Mark.QUIET;
            case "ResultSet" ->
                method.matches("(insert|update|delete|refresh)Row")
                        ? Mark.WORKS
                        : method.matches(
                                        "next|previous|first|last|absolute|relative|beforeFirst|afterLast|close|moveTo.*")
                                ? Mark.TALKS
                                : Mark.QUIET;
            default -> throw new IllegalArgumentException(type);
        };
    }
}
