/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

/** MariaDB without TLS, with Connector/J. */
class MariaDbMySqlDriverContractIT extends MySqlContractCase {

    @Override
    public Site site() {
        return Sites.mariaDb("mysql");
    }
}
