/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import java.io.Serial;
import java.sql.SQLException;

/** The address of a peer did not lead to all of its servers that are known. Carries what those told that were met. */
final class ServersMissingException extends SQLException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final transient Scan.Holding holding;

    ServersMissingException(SQLException why, Scan.Holding holding) {
        super(why.getMessage(), why.getSQLState(), why);
        this.holding = holding;
    }

    /** Returns what the servers hold that were met. */
    Scan.Holding holding() {
        return holding;
    }
}
