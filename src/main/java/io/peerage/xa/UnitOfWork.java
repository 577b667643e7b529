/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.connect.Credentials;
import io.peerage.connect.PhysicalConnection;
import java.sql.SQLException;
import javax.transaction.xa.XAException;
import org.jspecify.annotations.Nullable;

/** The managed connection, as its transactions see it. Thread-safe. */
public interface UnitOfWork {

    /**
     * Begins the unit of work unless it has begun: the first call after rest passes the boundary, where a peer is dealt.
     *
     * @throws SQLException if no peer can serve, or the connection is lost
     */
    PhysicalConnection begin() throws SQLException;

    /** Returns the connection that serves the unit of work, or null if none has begun or the connection is lost. */
    @Nullable PhysicalConnection serving();

    /** Returns whom connections for this managed connection are opened for. */
    Credentials credentials();

    /** Returns whether the managed connection is of no more use: nothing can run on it from now on. */
    boolean isLost();

    /**
     * Replaces the connection, lost before anything ran on it in this unit of work: its first call met {@code failure}.
     * Nothing can have been done there that outlives the connection, so the call may be made again.
     *
     * @param deadline see {@link #deadline}
     * @return the connection that serves instead, or null if {@code failure} does not mean that the connection is lost, or
     *     it is too late for another
     * @throws SQLException if no peer can serve
     */
    @Nullable PhysicalConnection replace(PhysicalConnection lost, SQLException failure, long deadline) throws SQLException;

    /** Returns how many peers there are that might serve. */
    int peers();

    /** Returns when what begins now gives up: {@code AcquireTimeoutMillis} from now, by the group's ticker. */
    long deadline();

    /**
     * Says that the transaction manager has tried to start a transaction here.
     *
     * @param failure why there is none, or null if it has begun
     */
    void joined(@Nullable XAException failure);

    /** Returns whether the application holds a handle. */
    boolean isInUse();

    /**
     * Ends the connection under an application that may be at work: its transaction was rolled back from another thread.
     * Whatever the application asks of it from now on fails, and says so.
     */
    void revoke();

    /** The funnel for failures of the driver; returns its argument. */
    SQLException failed(SQLException failure);
}
