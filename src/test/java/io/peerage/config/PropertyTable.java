/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Writes the properties of {@link Setting} as the README and ra.xml have them. Thread-safe: stateless. */
final class PropertyTable {

    private PropertyTable() {}

    static String markdown() {
        return "| Name | Type | Default | Meaning |\n|---|---|---|---|\n"
                + Arrays.stream(Setting.values()).map(PropertyTable::row).collect(Collectors.joining());
    }

    private static String row(Setting setting) {
        String defaultCell = setting.defaultText().isEmpty() ? "" : "`" + setting.defaultText() + "`";
        // a < would start an HTML tag, a | would end the cell
        String meaning =
                setting.meaning().replace("|", "\\|").replace("<", "&lt;").replace(">", "&gt;");
        return "| `" + setting.propertyName() + "` | "
                + setting.allowed().type().getSimpleName() + " | " + defaultCell + " | " + meaning + " |\n";
    }

    static String xml() {
        return Arrays.stream(Setting.values()).map(PropertyTable::element).collect(Collectors.joining());
    }

    private static String element(Setting setting) {
        StringBuilder element = new StringBuilder("<config-property>\n");
        add(element, "description", setting.meaning());
        add(element, "config-property-name", setting.propertyName());
        add(element, "config-property-type", setting.allowed().type().getName());
        if (!setting.defaultText().isEmpty()) {
            add(element, "config-property-value", setting.defaultText());
        }
        if (SettingValues.isConfidential(setting)) {
            add(element, "config-property-confidential", "true");
        }
        return element.append("</config-property>\n").toString().indent(8);
    }

    private static void add(StringBuilder element, String name, String text) {
        element.append("  <" + name + ">" + text + "</" + name + ">\n");
    }
}
