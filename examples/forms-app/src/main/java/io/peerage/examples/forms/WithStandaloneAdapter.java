/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.forms;

import jakarta.resource.ConnectionFactoryDefinition;
import jakarta.resource.spi.TransactionSupport.TransactionSupportLevel;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;

/**
 * Defines the application's pool, for an adapter that is deployed alone under the name {@code peerage}. A listener, for
 * Open Liberty looks at such an annotation only where it stands on a component. Stateless.
 */
@WebListener
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
public class WithStandaloneAdapter implements ServletContextListener {}
