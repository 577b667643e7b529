/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

/** MariaDB with a certificate of a private authority, with MariaDB's own driver. */
class MariaDbTlsMariaDbDriverContractIT extends MySqlContractCase implements AuthorityContract {

    @Override
    public Site site() {
        return Sites.mariaDbTls("mariadb");
    }
}
