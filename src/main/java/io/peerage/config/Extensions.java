/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import io.peerage.peer.AffinitySelection;
import io.peerage.peer.ExceptionSorter;
import io.peerage.peer.FastestSelection;
import io.peerage.peer.LeastConnectionsSelection;
import io.peerage.peer.RandomSelection;
import io.peerage.peer.RoundRobinSelection;
import io.peerage.peer.Selection;

/** Makes the parts of a pool that a deployer may name by class. Thread-safe: stateless. */
public final class Extensions {

    private Extensions() {}

    /**
     * Returns a new instance of the class that {@code ExceptionSorter} names, or the driver's own sorter.
     *
     * @param loader sees the class
     * @throws BadSettingException if the class is missing, is no sorter or cannot be made
     */
    public static ExceptionSorter sorter(Settings settings, ClassLoader loader) {
        String name = settings.exceptionSorter();
        return name.isEmpty()
                ? settings.driver().exceptionSorter()
                : create(Setting.EXCEPTION_SORTER, name, ExceptionSorter.class, loader);
    }

    /**
     * Returns the selection that {@code Selection} names, by word or by class.
     *
     * @param loader sees the class
     * @throws BadSettingException if the class is missing, is no selection or cannot be made
     */
    public static Selection selection(Settings settings, ClassLoader loader) {
        return switch (settings.selection()) {
            case "random" -> new RandomSelection();
            case "round-robin" -> new RoundRobinSelection();
            case "least-connections" -> new LeastConnectionsSelection();
            case "fastest" -> new FastestSelection();
            case "affinity" -> new AffinitySelection();
            default -> create(Setting.SELECTION, settings.selection(), Selection.class, loader);
        };
    }

    private static <T> T create(Setting setting, String name, Class<T> type, ClassLoader loader) {
        return new NamedClass(setting, name, "the class", "put its jar into the library folder of the server")
                .create(name, type, "must implement " + type.getName(), loader);
    }
}
