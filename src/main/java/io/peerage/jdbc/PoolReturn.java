/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import java.lang.StackWalker.StackFrame;
import java.util.Map;

/**
 * Tells a pool's call of {@code clearWarnings} when a user is done from the user's own in the middle of his work: by
 * who calls it, for the call is the same. Thread-safe: stateless.
 */
final class PoolReturn {

    private static final StackWalker STACK = StackWalker.getInstance();
    /** How many callers are looked at: a proxy in between adds some. */
    private static final int MOST = 12;

    /** The ends of class names, for libraries carry pools under names of their own, and the method that calls. */
    private static final Map<String, String> RETURNS = Map.of(
            "hikari.pool.ProxyConnection", "close",
            "dbcp2.PoolableConnectionFactory", "passivateObject",
            "dbcp2.PoolableConnection", "passivate");

    private PoolReturn() {}

    /** To be called within {@code clearWarnings}, which wrappers of the pool may have passed on. */
    static boolean isUnderWay() {
        return STACK.walk(frames -> frames.limit(MOST).anyMatch(PoolReturn::returns));
    }

    private static boolean returns(StackFrame caller) {
        return RETURNS.entrySet().stream()
                .anyMatch(known -> caller.getClassName().endsWith(known.getKey())
                        && caller.getMethodName().equals(known.getValue()));
    }
}
