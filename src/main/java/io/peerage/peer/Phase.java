/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

/** Where a failure happened, which decides what it means. */
public enum Phase {
    /** While a new physical connection was being opened: nothing of the application's had run. */
    CONNECT,
    /** On an established connection. */
    USE
}
