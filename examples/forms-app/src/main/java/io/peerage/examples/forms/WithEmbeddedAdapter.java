/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.forms;

import jakarta.resource.ConnectionFactoryDefinition;
import jakarta.resource.spi.TransactionSupport.TransactionSupportLevel;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;

/**
 * Defines the application's pool, for the adapter {@code peerage.rar} in the same EAR. A listener, for
 * Open Liberty looks at such an annotation only where it stands on a component. Stateless.
 */
@WebListener
@ConnectionFactoryDefinition(
        name = "java:app/jdbc/shop",
        interfaceName = "javax.sql.DataSource",
        resourceAdapter = "#peerage",
        transactionSupport = TransactionSupportLevel.XATransaction,
        minPoolSize = 6,
        maxPoolSize = 12,
        properties = {"GroupName=shop", "PeersFile=/etc/shop/peers.properties"})
public class WithEmbeddedAdapter implements ServletContextListener {}
