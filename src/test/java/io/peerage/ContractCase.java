/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import org.junit.jupiter.api.Test;

/** The whole contract, for servers that have all it asks for. */
abstract class ContractCase
        implements SharesContract,
                FaultsContract,
                PeekContract,
                SessionContract,
                TransactionContract,
                LostAnswerContract,
                RecoveryContract,
                SharedAddressContract,
                StatementCountContract {

    private final Leftovers leftovers = new Leftovers();

    @Override
    public Leftovers leftovers() {
        return leftovers;
    }

    /** The build runs the contract with two releases of each driver, and says here which this one is. */
    @Test
    void theDriverIsTheOneThatTheBuildNames() throws Exception {
        try (Connection connection = pool(site().factory(), 1).getConnection()) {
            DatabaseMetaData data = connection.getMetaData();
            assertThat(data.getDriverVersion()).contains(System.getProperty("peerage.driver." + site().driver()));
            assertThat(site().isEncrypted(connection)).isEqualTo(site().encrypted());
            ContractMatrix.say(
                    getClass(),
                    data.getDatabaseProductVersion(),
                    data.getDriverName() + " " + System.getProperty("peerage.driver." + site().driver()));
        }
    }
}
