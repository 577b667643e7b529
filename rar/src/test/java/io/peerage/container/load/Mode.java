/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container.load;

/** What a unit of work is. */
public enum Mode {
    /** One query without a transaction. */
    AUTO,
    /** One query in a JTA transaction. */
    JTA_READ,
    /** An insert and a query in a JTA transaction. */
    JTA_WRITE
}
