/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.server;

import java.sql.SQLNonTransientConnectionException;

/** A peer answers, and what writes on it waits for others that may never come: calls under way there may hang. */
public final class WritesHangException extends SQLNonTransientConnectionException {

    private static final long serialVersionUID = 1;

    WritesHangException(String why) {
        super("not ready: " + why, "08001");
    }
}
