/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import io.peerage.local.LocalPeer;
import java.util.List;

/** How a kind of server is asked what the contract wants to know, as its administrator. Immutable. */
interface Dialect {

    /**
     * What a unit of work costs beyond the application's statements.
     *
     * @param local a local transaction
     * @param onePhase a branch that is committed in one phase
     * @param twoPhase one that is prepared
     * @param once what the first local transaction of a connection costs more
     */
    record Costs(long local, long onePhase, long twoPhase, long once) {}

    /** Makes the contract's table anew, with one row: 1, 0. */
    void makeTable(LocalPeer peer);

    /** Returns the table of the contract, as the administrator names it. */
    String table();

    /** Returns the query for the port of the server that answers. */
    String portQuery();

    /** Returns the query for whether the session is encrypted: 1 or 0. */
    String encryptedQuery();

    /** Gives {@link LocalPeer#USER} what the docs say that it needs, beyond its database. */
    void grant(LocalPeer peer);

    /** Returns the numbers of the sessions of {@link LocalPeer#USER}. */
    List<String> sessions(LocalPeer peer);

    /** Ends one. */
    void kill(LocalPeer peer, String session);

    /** Lets sessions that come from now on end when they were idle for two seconds; or, as it was, never. */
    void idleTimeout(LocalPeer peer, boolean on) throws Exception;

    /** Returns how many pings the server has counted since its start. */
    long pings(LocalPeer peer);

    /** Returns how many statements the server has counted since its start, those of this question among them. */
    long statements(LocalPeer peer);

    /** Returns how many commits of prepared branches the server has carried out or refused since its start. */
    long commitsOfPrepared(LocalPeer peer);

    /** Returns what is added to the application's statements, by the server's count. */
    Costs costs();

    /** Returns for how long the server has been running, in whole seconds. */
    long uptimeSeconds(LocalPeer peer);

    /** Returns the prepared branches, each as it can be written behind {@code XA COMMIT} or its like. */
    List<String> prepared(LocalPeer peer);

    /** Rolls one back. */
    void rollback(LocalPeer peer, String branch);
}
