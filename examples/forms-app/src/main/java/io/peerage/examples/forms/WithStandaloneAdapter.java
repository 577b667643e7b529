/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.forms;

import jakarta.resource.ConnectionFactoryDefinition;
import jakarta.resource.spi.TransactionSupport.TransactionSupportLevel;

/** Defines the application's pool, for an adapter that is deployed alone under the name {@code peerage}. Stateless. */
@ConnectionFactoryDefinition(
        name = "java:app/jdbc/shop",
        interfaceName = "javax.sql.DataSource",
        resourceAdapter = "peerage",
        transactionSupport = TransactionSupportLevel.XATransaction,
        minPoolSize = 6,
        maxPoolSize = 12,
        properties = {
            "GroupName=shop",
            "Peers=a@db1.example:3306,b@db2.example:3306,c@db3.example:3306",
            "DatabaseName=shop",
            "UserName=app",
            "Password=app"
        })
final class WithStandaloneAdapter {

    private WithStandaloneAdapter() {}
}
