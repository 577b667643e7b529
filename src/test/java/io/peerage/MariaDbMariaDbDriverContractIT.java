/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

/** MariaDB without TLS, with MariaDB's own driver. */
class MariaDbMariaDbDriverContractIT extends MySqlContractCase {

    @Override
    public Site site() {
        return Sites.mariaDb("mariadb");
    }
}
