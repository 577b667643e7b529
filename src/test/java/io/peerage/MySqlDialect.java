/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import io.peerage.local.LocalPeer;
import java.util.List;

/** MySQL and MariaDB. Immutable. */
final class MySqlDialect implements Dialect {

    private static final int IDLE_SECONDS = 2;
    private static final int NEVER_SECONDS = 28_800;

    private final boolean mariaDb;

    MySqlDialect(boolean mariaDb) {
        this.mariaDb = mariaDb;
    }

    @Override
    public void makeTable(LocalPeer peer) {
        peer.execute("DROP TABLE IF EXISTS shop.t; CREATE TABLE shop.t (id INT PRIMARY KEY, v INT);"
                + " INSERT INTO shop.t VALUES (1, 0)");
    }

    @Override
    public String table() {
        return "shop.t";
    }

    @Override
    public String portQuery() {
        return "SELECT @@port";
    }

    @Override
    public String encryptedQuery() {
        // the only way to ask that both servers know; the second column
        return "SHOW SESSION STATUS LIKE 'Ssl_cipher'";
    }

    @Override
    public void grant(LocalPeer peer) {
        if (!mariaDb) {
            peer.execute("GRANT XA_RECOVER_ADMIN ON *.* TO " + LocalPeer.USER + "@127.0.0.1");
        }
    }

    @Override
    public List<String> sessions(LocalPeer peer) {
        return peer.execute("SELECT id FROM information_schema.processlist WHERE user = '" + LocalPeer.USER + "'")
                .lines()
                .toList();
    }

    @Override
    public void kill(LocalPeer peer, String session) {
        peer.execute("KILL " + session);
    }

    @Override
    public void idleTimeout(LocalPeer peer, boolean on) {
        peer.execute("SET GLOBAL wait_timeout = " + (on ? IDLE_SECONDS : NEVER_SECONDS));
    }

    @Override
    public long pings(LocalPeer peer) {
        return peer.status("Com_admin_commands");
    }

    @Override
    public long statements(LocalPeer peer) {
        return peer.status("Questions");
    }

    @Override
    public long commitsOfPrepared(LocalPeer peer) {
        return peer.status("Com_xa_commit");
    }

    /** COMMIT; XA START, END and COMMIT; and PREPARE. Auto-commit is switched off once. */
    @Override
    public Costs costs() {
        return new Costs(1, 3, 4, 1);
    }

    @Override
    public long uptimeSeconds(LocalPeer peer) {
        return peer.status("Uptime");
    }

    @Override
    public List<String> prepared(LocalPeer peer) {
        return peer.execute(mariaDb ? "XA RECOVER FORMAT='SQL'" : "XA RECOVER CONVERT XID")
                .lines()
                .map(row -> mariaDb ? row.substring(row.lastIndexOf('\t') + 1) : xid(row.split("\t")))
                .toList();
    }

    /** @param row the columns formatID, gtrid_length, bqual_length and data, which is 0x and two digits a byte */
    private static String xid(String[] row) {
        int gtridEnd = 2 + 2 * Integer.parseInt(row[1]);
        return "X'" + row[3].substring(2, gtridEnd) + "',X'" + row[3].substring(gtridEnd) + "'," + row[0];
    }

    @Override
    public void rollback(LocalPeer peer, String branch) {
        peer.execute("XA ROLLBACK " + branch);
    }
}
