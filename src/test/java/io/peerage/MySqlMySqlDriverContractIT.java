/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import org.junit.jupiter.api.condition.EnabledIf;

/** MySQL as it is installed, with Connector/J. */
@EnabledIf("io.peerage.local.Facilities#mySql")
class MySqlMySqlDriverContractIT extends MySqlContractCase {

    @Override
    public Site site() {
        return Sites.mySql("mysql");
    }
}
