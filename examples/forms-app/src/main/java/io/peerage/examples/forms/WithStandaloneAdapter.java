/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.forms;

import jakarta.resource.ConnectionFactoryDefinition;
import jakarta.resource.spi.TransactionSupport.TransactionSupportLevel;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;

/**
 * Defines the application's pool, for an adapter that is deployed alone under the name {@code peerage}.
 *
 * <p>Open Liberty wants all three: a component that carries the definition, {@code env} in its name, and properties
 * with a small first letter. Stateless.
 */
@WebListener
@ConnectionFactoryDefinition(
        name = "java:app/env/jdbc/shop",
        interfaceName = "javax.sql.DataSource",
        resourceAdapter = "peerage",
        transactionSupport = TransactionSupportLevel.XATransaction,
        minPoolSize = 6,
        maxPoolSize = 12,
        properties = {"groupName=shop", "peersFile=/etc/shop/peers.properties"})
public class WithStandaloneAdapter implements ServletContextListener {}
