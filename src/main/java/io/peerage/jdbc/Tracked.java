/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import org.jspecify.annotations.Nullable;

/** What is open on a physical connection, as the {@link Association} keeps it in its list. */
abstract class Tracked {

    /** Neighbours in the list of the association, which guards them. */
    @Nullable Tracked newer;

    @Nullable Tracked older;

    /** Closes it where nobody waits for the outcome; the owner has heard of a failure. */
    abstract void releaseQuietly();

    /** Makes it dead without a word to the driver. */
    abstract void abandon();

    /** Returns whether the application counts on the physical connection as long as this is open. */
    boolean keepsConnection() {
        return true;
    }
}
