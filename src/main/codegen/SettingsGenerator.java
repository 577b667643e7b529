/* SPDX-License-Identifier: Apache-2.0 */
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Writes the properties of the bean from their table, so that each is written down once. Run by the build: {@code java
 * SettingsGenerator.java <table> <output directory>}. Single-threaded.
 */
final class SettingsGenerator {

    private static final String PACKAGE = "io.peerage.config";
    private static final Pattern PROPERTY = Pattern.compile("(\\w+)(?: = (\\S+))? : ((\\w+)\\(.*\\))");

    private record Property(String name, String defaultText, String allowed, String type, String meaning) {

        String constant() {
            return name.replaceAll("(?<!^)(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
        }

        String field() {
            return Character.toLowerCase(name.charAt(0)) + name.substring(1);
        }
    }

    private SettingsGenerator() {}

    public static void main(String[] args) throws IOException {
        List<Property> properties = read(Path.of(args[0]));
        Path directory = Path.of(args[1]).resolve(PACKAGE.replace('.', '/'));
        Files.createDirectories(directory);
        write(directory.resolve("Setting.java"), setting(properties));
        write(directory.resolve("SettingAccessors.java"), accessors(properties));
    }

    /** Leaves an unchanged file alone, so that nothing is compiled again for its time stamp. */
    private static void write(Path file, String source) throws IOException {
        if (!Files.exists(file) || !Files.readString(file).equals(source)) {
            Files.writeString(file, source);
        }
    }

    private static List<Property> read(Path table) throws IOException {
        List<Property> properties = new ArrayList<>();
        Matcher head = null;
        List<String> meaning = new ArrayList<>();
        for (String line : Files.readAllLines(table)) {
            Matcher next = PROPERTY.matcher(line);
            if (next.matches()) {
                head = next;
            } else if (line.startsWith("    ") && head != null) {
                meaning.add(line.strip());
            } else if (line.isBlank() && head != null) {
                properties.add(property(head, meaning));
                head = null;
                meaning.clear();
            } else if (!line.isBlank() && !line.startsWith("#")) {
                throw new IllegalArgumentException(table + ": " + line);
            }
        }
        if (head != null) {
            properties.add(property(head, meaning));
        }
        return properties;
    }

    private static Property property(Matcher head, List<String> meaning) {
        String type = switch (head.group(4)) {
            case "range" -> "Integer";
            case "flag" -> "Boolean";
            default -> "String";
        };
        String defaultText = head.group(2) == null ? "" : head.group(2);
        return new Property(head.group(1), defaultText, head.group(3), type, String.join(" ", meaning));
    }

    private static String setting(List<Property> properties) {
        return """
                package %s;

                /** The properties a deployer sets, in the order in which an operator should see them. Immutable. */
                public enum Setting {
                %s;

                    private final String propertyName;
                    private final String defaultText;
                    // records of immutable parts
                    @SuppressWarnings("ImmutableEnumChecker")
                    private final Allowed allowed;
                    private final String meaning;

                    Setting(String propertyName, String defaultText, Allowed allowed, String meaning) {
                        this.propertyName = propertyName;
                        this.defaultText = defaultText;
                        this.allowed = allowed;
                        this.meaning = meaning;
                    }

                    /** Returns the name as a deployer writes it. */
                    public String propertyName() {
                        return propertyName;
                    }

                    /** Returns the default as ra.xml has it; empty if the property is unset by default. */
                    public String defaultText() {
                        return defaultText;
                    }

                    /** Returns the meaning, the unit, and what 0 or empty means. */
                    public String meaning() {
                        return meaning;
                    }

                    Allowed allowed() {
                        return allowed;
                    }
                }
                """.formatted(
                        PACKAGE,
                        properties.stream()
                                .map(property -> "    /** %s */\n    %s(%s, %s, Allowed.%s, %s)"
                                        .formatted(
                                                property.meaning(),
                                                property.constant(),
                                                quoted(property.name()),
                                                quoted(property.defaultText()),
                                                property.allowed(),
                                                quoted(property.meaning())))
                                .collect(Collectors.joining(",\n")));
    }

    private static String accessors(List<Property> properties) {
        return """
                package %s;

                import org.jspecify.annotations.Nullable;

                /** The getters and setters of {@link ConfigurationBean}, as every container calls them. */
                public abstract class SettingAccessors {

                    /** For deserialization, which wants to reach it from the package of the last subclass. */
                    protected SettingAccessors() {}

                    abstract Object value(Setting setting);

                    abstract void set(Setting setting, @Nullable Object given);
                %s}
                """.formatted(
                PACKAGE, properties.stream().map(SettingsGenerator::accessors).collect(Collectors.joining()));
    }

    private static String accessors(Property property) {
        return """

                    /** Returns {@link Setting#%1$s}. */
                    public %2$s get%3$s() {
                        return (%2$s) value(Setting.%1$s);
                    }

                    /** Sets {@link Setting#%1$s}; null or blank: the default. */
                    public void set%3$s(@Nullable %2$s %4$s) {
                        set(Setting.%1$s, %4$s);
                    }
                """.formatted(property.constant(), property.type(), property.name(), property.field());
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
