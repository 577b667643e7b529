/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import org.junit.jupiter.api.condition.EnabledIf;

/** PostgreSQL with its driver. */
@EnabledIf("io.peerage.local.Facilities#postgreSql")
class PostgreSqlDriverContractIT extends ContractCase {

    @Override
    public Site site() {
        return Sites.postgreSql();
    }
}
