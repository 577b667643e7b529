/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.config.PeerSpec;
import io.peerage.config.UnacceptableSettingException;
import io.peerage.errors.ErrorTable;
import io.peerage.peer.Causes;
import io.peerage.peer.ExceptionSorter;
import io.peerage.peer.Phase;
import io.peerage.peer.Silence;
import io.peerage.server.Readiness;
import java.net.NoRouteToHostException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;

/**
 * Says in the deployer's words why a connect failed, where drivers do not: which setting bounds a wait that was in
 * vain, and which property is not allowed. What a failure means stays as it was. Immutable.
 *
 * @param sorter the driver's own
 * @param connectTimeoutMillis the property ConnectTimeoutMillis
 */
record Explanation(ExceptionSorter sorter, long connectTimeoutMillis) {

    /**
     * Returns {@code failure} to ask a peer that has let somebody in, or one that says more. What the driver was
     * given it has used by then, so an answer that speaks of a setting is about what the check itself asked.
     */
    SQLException ofCheck(SQLException failure) {
        if (isOfSettings(failure)) {
            SQLException notReady = Readiness.notReady(AllPeersDownException.firstLine(failure));
            // Not as the cause, which would be taken for the reason.
            notReady.addSuppressed(failure);
            return notReady;
        }
        return explained(failure);
    }

    /** Returns {@code failure} to log in to {@code peer}, or one that says more and has it as its cause. */
    SQLException of(SQLException failure, PeerSpec peer) {
        if (failure instanceof UnacceptableSettingException) {
            return failure;
        }
        if (isOfSettings(failure)) {
            return UnacceptableSettingException.of(failure, peer);
        }
        return explained(failure);
    }

    private boolean isOfSettings(SQLException failure) {
        return ErrorTable.isOfSettings(sorter.sort(failure, Phase.CONNECT));
    }

    /** Names the setting, where nothing was heard in time. */
    private SQLException explained(SQLException failure) {
        // A server that is not reachable at all, or that ended a statement after a while, has answered.
        boolean timedOut = Silence.in(failure)
                && Causes.find(failure, NoRouteToHostException.class) == null
                && failure.getErrorCode() <= 0;
        return timedOut
                ? new SQLTimeoutException(
                        "no answer within ConnectTimeoutMillis=" + connectTimeoutMillis + ": "
                                + AllPeersDownException.firstLine(failure),
                        failure.getSQLState(),
                        failure.getErrorCode(),
                        failure)
                : failure;
    }
}
