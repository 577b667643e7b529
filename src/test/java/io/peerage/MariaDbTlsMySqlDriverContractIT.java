/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

/** MariaDB with a certificate of a private authority, with Connector/J. */
class MariaDbTlsMySqlDriverContractIT extends MySqlContractCase implements AuthorityContract {

    @Override
    public Site site() {
        return Sites.mariaDbTls("mysql");
    }
}
