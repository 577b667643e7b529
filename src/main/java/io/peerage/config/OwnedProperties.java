/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The driver properties that are not for the deployer, since the adapter sets them or does their work, and what to use
 * instead. Thread-safe: stateless.
 */
final class OwnedProperties {

    private record Owned(Pattern key, String instead) {}

    private static final List<Owned> OWNED = List.of(
            owned("user|username", "use UserName, or user= of the peer"),
            owned("password|pass|pwd", "use Password, or password= of the peer"),
            owned("databaseName|dbname|PGDBNAME", "use DatabaseName, or the URL of the peer"),
            owned("url|host|port|serverName|portNumber|PGHOST|PGPORT|address|pipe|localSocket", "use Peers"),
            owned("connectTimeout|loginTimeout", "use ConnectTimeoutMillis"),
            owned("socketTimeout", "use SocketTimeoutMillis"),
            // failover inside the driver would move a connection to another server behind the adapter's back
            owned(
                    "autoReconnect.*|maxReconnects|initialTimeout|reconnectAtTxEnd|failOver.*|retriesAllDown"
                            + "|queriesBeforeRetry.*|secondsBeforeRetry.*|transactionReplay.*|galeraAllowedState"
                            + "|permitRedirect|dnsSrv",
                    "list the servers in Peers, failing over is Peerage's work"),
            owned(
                    "loadBalance.*|ha\\..*|haMode|serverAffinityOrder|replication.*|allowReplica.*|allowSource.*"
                            + "|readFromSource.*|targetServerType|hostRecheckSeconds",
                    "list the servers in Peers, sharing out is Peerage's work, see Selection"),
            owned("selfDestructOnPing.*", "use the settings of the container's pool"),
            owned(
                    "pool|poolName|minPoolSize|maxPoolSize|maxIdleTime|registerJmxPool|poolValidMinDelay"
                            + "|useResetConnection",
                    "use the settings of the container's pool"),
            // the driver would keep physical connections in a map, and the adapter not know any more which it owns
            owned("pinGlobalTxToPhysicalConnection", "leave it out, Peerage keeps a transaction on its connection"));

    private OwnedProperties() {}

    /**
     * Checks that the driver property {@code key} is the deployer's to set.
     *
     * @param refusal makes the exception, of what to use in its place
     */
    static void check(String key, Function<String, BadSettingException> refusal) {
        for (Owned owned : OWNED) {
            if (owned.key.matcher(key).matches()) {
                throw refusal.apply(owned.instead);
            }
        }
    }

    private static Owned owned(String keys, String instead) {
        return new Owned(Pattern.compile(keys, Pattern.CASE_INSENSITIVE), instead);
    }
}
