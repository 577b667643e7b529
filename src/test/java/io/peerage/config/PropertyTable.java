/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Writes the README's table of properties from {@link Setting}. Thread-safe: stateless. */
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
        return "| `" + setting.propertyName() + "` | " + setting.type().getSimpleName() + " | " + defaultCell + " | "
                + meaning + " |\n";
    }
}
