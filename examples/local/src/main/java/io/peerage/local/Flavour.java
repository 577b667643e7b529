/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.nio.file.Path;
import java.util.List;

/**
 * The make of a database server and the way it is set up: what a {@link LocalPeer} needs to know to prepare, start and
 * ask one. Immutable.
 */
public abstract class Flavour {

    Flavour() {}

    /** Returns MariaDB without TLS, which Maven brings. */
    public static Flavour mariaDb() {
        return new MariaDb(List.of());
    }

    /** Returns MariaDB whose certificate is one of this authority's; plain connections are taken as well. */
    public static Flavour mariaDb(Authority authority) {
        return new MariaDb(authority.serverOptions());
    }

    /**
     * Returns MySQL as it is installed: TLS with a certificate that each server has made itself, and accounts of
     * {@code caching_sha2_password}.
     *
     * @throws IllegalStateException if there is none; {@link Facilities#mySql()} tells
     */
    public static Flavour mySql() {
        return new MySql(MySqlBinary.find());
    }

    /**
     * Returns PostgreSQL without TLS, which Maven brings.
     *
     * @throws IllegalStateException if it cannot run here; {@link Facilities#postgreSql()} tells
     */
    public static Flavour postgreSql() {
        return new PostgreSql(PostgreSqlBinary.unpack());
    }

    /** Returns data with the database and the accounts, to be copied for each server. */
    abstract DataTemplate template();

    /** Returns the command that runs a server in its data directory, in the foreground. */
    abstract List<String> server(Path data, int port);

    /** Hands a new peer's directory, in which its data lie, to the user that the server runs as. */
    void own(Path directory) {}

    /** Removes what a killed server has left behind that would be taken for a running one's. */
    abstract void beforeStart(Path data);

    /** Returns whether a server that was started accepts logins, and is this one. */
    abstract boolean isReady(Path data, int port);

    /**
     * Runs SQL as the administrator of a running server.
     *
     * @return the rows, one per line, columns separated by tabs, without headings
     * @throws IllegalStateException with the server's message, if a statement fails
     */
    abstract String execute(Path data, int port, String sql);

    /** Returns the signal that ends the server in order, and its clients' sessions with it. */
    String stopSignal() {
        return "TERM";
    }

    /** Returns the options that this user's server program needs beyond those of others. */
    static List<String> rootOptions() {
        return "root".equals(System.getProperty("user.name")) ? List.of("--user=root") : List.of();
    }
}
