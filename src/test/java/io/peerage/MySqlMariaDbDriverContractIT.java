/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import org.junit.jupiter.api.condition.EnabledIf;

/** MySQL as it is installed, with MariaDB's driver. */
@EnabledIf("io.peerage.local.Facilities#mySql")
class MySqlMariaDbDriverContractIT extends MySqlContractCase {

    @Override
    public Site site() {
        return Sites.mySql("mariadb");
    }
}
