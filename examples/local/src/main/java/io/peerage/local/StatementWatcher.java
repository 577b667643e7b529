/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

/**
 * Decides what goes on at a {@link StatementRelay}. Called on the relay's threads, many at once; what is held back ends
 * its connection.
 */
public interface StatementWatcher {

    /** Tells whether the server shall get this statement. */
    boolean forwards(String sql);

    /** Tells whether the client shall get the answer to this statement; the server has given it. */
    boolean answers(String sql);
}
