/* SPDX-License-Identifier: Apache-2.0 */
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Writes the properties of the bean from their table, so that each is written down once. Run by the build: {@code java
 * SettingsGenerator.java <table> <output directory>}. Single-threaded.
 */
final class SettingsGenerator {

    private static final String PACKAGE = "io.peerage.config";
    private static final Pattern PROPERTY = Pattern.compile(
            "(?<name>\\w+)(?: = (?<default>\\S+))? : (?<allowed>(?<form>\\w+)\\((?:(?<enum>\\w+)\\.values\\(\\)|.*)\\))"
                    + "(?<meaning>(?:\\n    .+)+)");
    private static final String OF_PEERS = "[of peers]";

    private record Property(
            String name,
            String defaultText,
            String allowed,
            String type,
            String meaning,
            boolean ofPeers,
            String word) {

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
        write(directory.resolve("PoolSettings.java"), poolSettings(properties));
    }

    /** Leaves an unchanged file alone, so that nothing is compiled again for its time stamp. */
    private static void write(Path file, String source) throws IOException {
        if (!Files.exists(file) || !Files.readString(file).equals(source)) {
            Files.writeString(file, source);
        }
    }

    private static List<Property> read(Path table) throws IOException {
        List<Property> properties = new ArrayList<>();
        String section = "";
        for (String block : Files.readString(table).strip().split("\n{2,}")) {
            Matcher property = PROPERTY.matcher(block);
            if (property.matches()) {
                properties.add(property(property, section.equals(OF_PEERS)));
            } else if (block.startsWith("[")) {
                section = block;
            } else if (!block.startsWith("#")) {
                throw new IllegalArgumentException(table + ": " + block);
            }
        }
        return properties;
    }

    private static Property property(Matcher head, boolean ofPeers) {
        String type = switch (head.group("form")) {
            case "range" -> "Integer";
            case "flag" -> "Boolean";
            default -> "String";
        };
        String defaultText = head.group("default") == null ? "" : head.group("default");
        String meaning = head.group("meaning").strip().replaceAll("\\s+", " ");
        return new Property(
                head.group("name"), defaultText, head.group("allowed"), type, meaning, ofPeers, head.group("enum"));
    }

    private static String setting(List<Property> properties) {
        return """
                package %s;

                /** The properties a deployer sets, in the order in which an operator should see them. Immutable. */
                public enum Setting {
                %s;

                    private final String propertyName;
                    private final String defaultText;
                    // of immutable parts
                    @SuppressWarnings("ImmutableEnumChecker")
                    private final Allowed allowed;
                    private final boolean ofPeers;
                    private final String meaning;

                    Setting(String propertyName, String defaultText, Allowed allowed, boolean ofPeers, String meaning) {
                        this.propertyName = propertyName;
                        this.defaultText = defaultText;
                        this.allowed = allowed;
                        this.ofPeers = ofPeers;
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

                    /** Returns whether it says what the peers are, and not what the pool does. */
                    boolean isOfPeers() {
                        return ofPeers;
                    }

                    Allowed allowed() {
                        return allowed;
                    }
                }
                """.formatted(
                        PACKAGE,
                        properties.stream()
                                .map(property -> "    /** %s */\n    %s(%s, %s, Allowed.%s, %s, %s)"
                                        .formatted(
                                                property.meaning(),
                                                property.constant(),
                                                quoted(property.name()),
                                                quoted(property.defaultText()),
                                                property.allowed(),
                                                property.ofPeers(),
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
                """.formatted(PACKAGE, each(properties, SettingsGenerator::accessors));
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

    private static String poolSettings(List<Property> properties) {
        List<Property> ofPool =
                properties.stream().filter(property -> !property.ofPeers()).toList();
        return """
                package %s;

                import java.time.Duration;

                /** What is set for a pool, as the types it is used in. */
                public interface PoolSettings {

                    /** Returns the value of {@code setting} as the bean has it. */
                    Object value(Setting setting);
                %s}
                """.formatted(PACKAGE, each(ofPool, SettingsGenerator::poolSetting));
    }

    private static String poolSetting(Property property) {
        String name = property.field();
        String type = property.type();
        String value = "(%s) value(Setting.%s)".formatted(type, property.constant());
        Matcher unit = Pattern.compile("(\\w+)(Seconds|Millis)").matcher(name);
        if (unit.matches()) {
            name = unit.group(1);
            type = "Duration";
            value = "Duration.of%s(%s)".formatted(unit.group(2), value);
        } else if (property.word() != null) {
            type = property.word();
            value = "Allowed.constant(%s.values(), %s)".formatted(type, value);
        }
        return """

                    /** Returns {@link Setting#%s}. */
                    default %s %s() {
                        return %s;
                    }
                """.formatted(property.constant(), type, name, value);
    }

    private static String each(List<Property> properties, Function<Property, String> source) {
        return properties.stream().map(source).collect(Collectors.joining());
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
