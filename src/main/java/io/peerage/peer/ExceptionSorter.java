/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.sql.SQLException;

/**
 * Decides what an exception of a driver means. A deployer names an implementation of their own with the property
 * {@code ExceptionSorter}; it needs a public constructor without arguments and is shared by all threads.
 */
@FunctionalInterface
public interface ExceptionSorter {

    /**
     * Returns what {@code failure} means. Called on the thread that met the failure, so it must not block. What else it
     * throws or returns is logged once (PEERAGE-004), and the driver's own sorter decides.
     *
     * @param failure what the driver threw
     * @param phase where it was thrown
     */
    Verdict sort(SQLException failure, Phase phase);
}
