/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.util.List;

/** The servers that can be had here. Stateless. */
public final class Flavours {

    private Flavours() {}

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
}
