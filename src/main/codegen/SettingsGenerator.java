/* SPDX-License-Identifier: Apache-2.0 */
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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

    /** Stands between the properties that say what the peers are, and those that say what the pool does. */
    private static final String SECTION = "[of the pool]";

    /** @param constants the enum whose constants are its values, or null */
    private record Property(
            String name, String defaultText, String allowed, String type, String constants, String meaning) {

        String constant() {
            return name.replaceAll("(?<!^)(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
        }

        String field() {
            return Character.toLowerCase(name.charAt(0)) + name.substring(1);
        }
    }

    private SettingsGenerator() {}

    public static void main(String[] args) throws IOException {
        String[] sections = Files.readString(Path.of(args[0])).split(Pattern.quote(SECTION), 2);
        List<Property> ofPool = read(sections[1]);
        List<Property> properties = new ArrayList<>(read(sections[0]));
        properties.addAll(ofPool);
        Path directory = Path.of(args[1]).resolve(PACKAGE.replace('.', '/'));
        Files.createDirectories(directory);
        write(directory.resolve("Setting.java"), setting(properties, ofPool));
        write(directory.resolve("SettingAccessors.java"), accessors(properties));
        write(directory.resolve("PoolSettings.java"), poolSettings(ofPool));
    }

    /** Leaves an unchanged file alone, so that nothing is compiled again for its time stamp. */
    private static void write(Path file, String source) throws IOException {
        if (!Files.exists(file) || !Files.readString(file).equals(source)) {
            Files.writeString(file, source);
        }
    }

    private static List<Property> read(String section) {
        return Arrays.stream(section.strip().split("\n{2,}"))
                .filter(block -> !block.startsWith("#"))
                .map(SettingsGenerator::property)
                .toList();
    }

    private static Property property(String block) {
        Matcher head = PROPERTY.matcher(block);
        if (!head.matches()) {
            throw new IllegalArgumentException(block);
        }
        String type = switch (head.group("form")) {
            case "range" -> "Integer";
            case "flag" -> "Boolean";
            default -> "String";
        };
        String defaultText = head.group("default") == null ? "" : head.group("default");
        String meaning = head.group("meaning").strip().replaceAll("\\s+", " ");
        return new Property(head.group("name"), defaultText, head.group("allowed"), type, head.group("enum"), meaning);
    }

    private static String setting(List<Property> properties, List<Property> ofPool) {
        return """
                package %s;

                import java.util.List;

                /** The properties a deployer sets, in the order in which an operator should see them. Immutable. */
                public enum Setting {
                %s;

                    /** Those that say what the pool does, and not what its peers are. */
                    static final List<Setting> OF_POOL = List.of(%s);

                    private final String propertyName;
                    private final String defaultText;
                    // of immutable parts
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
                PACKAGE, each(properties, SettingsGenerator::constant, ",\n"), each(ofPool, Property::constant, ", "));
    }

    private static String constant(Property property) {
        return "    /** %1$s */\n    %2$s(\"%3$s\", \"%4$s\", Allowed.%5$s, \"%1$s\")"
                .formatted(
                        property.meaning(),
                        property.constant(),
                        property.name(),
                        property.defaultText(),
                        property.allowed());
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
                """.formatted(PACKAGE, each(properties, SettingsGenerator::accessors, ""));
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
        return """
                package %s;

                import java.time.Duration;

                /** What is set for a pool, as the types it is used in. */
                public interface PoolSettings {

                    /** Returns the value of {@code setting} as the bean has it. */
                    Object value(Setting setting);
                %s}
                """.formatted(PACKAGE, each(properties, SettingsGenerator::poolSetting, ""));
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
        } else if (property.constants() != null) {
            type = property.constants();
            value = "Allowed.constant(%s.values(), %s)".formatted(type, value);
        }
        return """

                    /** Returns {@link Setting#%s}. */
                    default %s %s() {
                        return %s;
                    }
                """.formatted(property.constant(), type, name, value);
    }

    private static String each(List<Property> properties, Function<Property, String> source, String between) {
        return properties.stream().map(source).collect(Collectors.joining(between));
    }
}
