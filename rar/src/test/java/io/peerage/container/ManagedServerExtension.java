/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container;

import org.jboss.arquillian.container.spi.client.protocol.metadata.HTTPContext;
import org.jboss.arquillian.container.spi.client.protocol.metadata.ProtocolMetaData;
import org.jboss.arquillian.container.spi.client.protocol.metadata.Servlet;
import org.jboss.arquillian.container.spi.context.annotation.DeploymentScoped;
import org.jboss.arquillian.container.spi.event.SetupContainer;
import org.jboss.arquillian.container.spi.event.container.AfterDeploy;
import org.jboss.arquillian.core.api.InstanceProducer;
import org.jboss.arquillian.core.api.annotation.Inject;
import org.jboss.arquillian.core.api.annotation.Observes;
import org.jboss.arquillian.core.spi.LoadableExtension;
import org.jboss.arquillian.test.spi.event.suite.AfterSuite;

/** Makes Arquillian's Payara Micro the {@link ManagedServer}, and talk to it on loopback. Stateless. */
public final class ManagedServerExtension implements LoadableExtension {

    @Override
    public void register(ExtensionBuilder builder) {
        builder.observer(Configuration.class).observer(Loopback.class);
    }

    /** Gives the container its databases and boot files. Stateless. */
    public static final class Configuration {

        /** Before Arquillian reads the settings, which it does at precedence 0. */
        void configure(@Observes(precedence = 1) SetupContainer event) {
            ManagedServer.shared()
                    .settings()
                    .forEach(event.getContainer().getContainerConfiguration()::overrideProperty);
        }

        void close(@Observes AfterSuite event) {
            ManagedServer.shared().close();
        }
    }

    /**
     * Replaces the address at which Payara Micro believes it is reached, the first that is not loopback, by the one it
     * listens on. Confined to Arquillian's thread.
     */
    public static final class Loopback {

        @Inject
        @DeploymentScoped
        private InstanceProducer<ProtocolMetaData> reached;

        void redirect(@Observes AfterDeploy event) {
            ProtocolMetaData onLoopback = new ProtocolMetaData();
            for (HTTPContext before : reached.get().getContexts(HTTPContext.class)) {
                HTTPContext after = new HTTPContext("127.0.0.1", before.getPort());
                for (Servlet servlet : before.getServlets()) {
                    after.add(new Servlet(servlet.getName(), servlet.getContextRoot()));
                }
                onLoopback.addContext(after);
            }
            reached.set(onLoopback);
        }
    }
}
