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

    /** Returns data with the database and the accounts, to be copied for each server. */
    abstract DataTemplate template();

    /** Returns the command that runs a server in its data directory, in the foreground. */
    abstract List<String> server(Path data, int port);

    /** Returns the command that runs SQL as root, in the data directory of a running server. */
    abstract List<String> client(String sql);

    /** Returns the options that this user's server program needs beyond those of others. */
    static List<String> rootOptions() {
        return "root".equals(System.getProperty("user.name")) ? List.of("--user=root") : List.of();
    }
}
