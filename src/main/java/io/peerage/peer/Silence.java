/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.sql.SQLTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Tells a failure that was no answer from one that was: a refusal comes from a host that lives, silence comes from one
 * that is frozen, unreachable, or only slow. Stateless.
 */
public final class Silence {

    private Silence() {}

    /**
     * Returns whether nothing was heard of the peer: no answer in time, which one that is only slow does as well, or no
     * way to its host.
     */
    public static boolean in(@Nullable Throwable met) {
        if (met == null) {
            return false;
        }
        for (Throwable cause : Causes.line(met)) {
            if (cause instanceof ConnectException) {
                return false;
            }
            if (cause instanceof SocketTimeoutException
                    || cause instanceof SQLTimeoutException
                    || cause instanceof NoRouteToHostException) {
                return true;
            }
        }
        return false;
    }
}
