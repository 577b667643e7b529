/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.connect.ConnectionSlot;
import java.sql.SQLException;
import javax.transaction.xa.XAException;
import org.jspecify.annotations.Nullable;

/** The managed connection, as its transactions see it. Thread-safe. */
public interface UnitOfWork {

    /** Returns where its physical connection is. */
    ConnectionSlot slot();

    /**
     * Says that the transaction manager has tried to start a transaction here.
     *
     * @param failure why there is none, or null if it has begun
     */
    void joined(@Nullable XAException failure);

    /** Returns whether the application holds a handle. */
    boolean isInUse();

    /** The funnel for failures of the driver; returns its argument. */
    SQLException failed(SQLException failure);
}
