/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import java.util.List;

/** PostgreSQL. Immutable. */
final class PostgreSqlDialect implements Dialect {

    @Override
    public void makeTable(LocalPeer peer) {
        peer.execute("DROP TABLE IF EXISTS t; CREATE TABLE t (id INT PRIMARY KEY, v INT); INSERT INTO t VALUES (1, 0);"
                + " GRANT ALL ON t TO " + LocalPeer.USER);
    }

    @Override
    public String table() {
        return "t";
    }

    @Override
    public String portQuery() {
        return "SELECT inet_server_port()";
    }

    @Override
    public String encryptedQuery() {
        return "SELECT 'ssl', CASE WHEN ssl THEN 'yes' ELSE '' END FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    }

    @Override
    public void grant(LocalPeer peer) {
        // nothing is needed
    }

    @Override
    public List<String> sessions(LocalPeer peer) {
        return peer.execute("SELECT pid FROM pg_stat_activity WHERE usename = '" + LocalPeer.USER + "'")
                .lines()
                .toList();
    }

    @Override
    public void kill(LocalPeer peer, String session) {
        peer.execute("SELECT pg_terminate_backend(" + session + ")");
    }

    @Override
    public void idleTimeout(LocalPeer peer, boolean on) throws Exception {
        String timeout = on ? "2s" : "0";
        peer.execute("ALTER SYSTEM SET idle_session_timeout = '" + timeout + "'");
        peer.execute("SELECT pg_reload_conf()");
        Patience.await(
                "new sessions to have it",
                () -> peer.execute("SHOW idle_session_timeout").equals(timeout));
    }

    /** Its driver's ping is a statement without text, which no counter of the server shows. */
    @Override
    public long pings(LocalPeer peer) {
        return 0;
    }

    @Override
    public long statements(LocalPeer peer) {
        return count(peer, "");
    }

    @Override
    public long commitsOfPrepared(LocalPeer peer) {
        return count(peer, "COMMIT PREPARED");
    }

    /** Counts the statements in the server's log that match {@code which}. */
    private static long count(LocalPeer peer, String which) {
        return Long.parseLong(peer.execute("SELECT COUNT(*) FROM regexp_matches("
                + "pg_read_file(current_setting('data_directory') || '/../server.log'), '^" + LocalPeer.USER
                + " LOG:  (statement|execute [^:]*): " + which + "', 'gn')"));
    }

    /** The driver begins a transaction by a statement, which goes out together with the first one; there is no end. */
    @Override
    public Costs costs() {
        return new Costs(2, 2, 3, 0);
    }

    @Override
    public long uptimeSeconds(LocalPeer peer) {
        return Long.parseLong(peer.execute("SELECT EXTRACT(EPOCH FROM now() - pg_postmaster_start_time())::int"));
    }

    @Override
    public List<String> prepared(LocalPeer peer) {
        return peer.execute("SELECT gid FROM pg_prepared_xacts").lines().toList();
    }

    @Override
    public void rollback(LocalPeer peer, String branch) {
        peer.execute("ROLLBACK PREPARED '" + branch + "'");
    }
}
