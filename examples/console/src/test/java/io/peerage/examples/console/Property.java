/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.console;

import java.util.List;

/**
 * A row of the console's table of properties. Immutable.
 *
 * @param value what its field holds, read by script; a person sees dots where it is masked
 * @param masked whether the field is one for passwords
 * @param fields the ids of the fields for the value; two where the console wants it twice
 */
record Property(String name, String value, boolean masked, List<String> fields) {

    static Property parse(String row) {
        List<String> cells = List.of(row.split("\t", -1));
        return new Property(
                cells.get(0), cells.get(1), cells.get(2).equals("password"), cells.subList(3, cells.size()));
    }
}
