/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.demo.app;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;
import jakarta.transaction.UserTransaction;
import java.net.URI;
import java.time.InstantSource;
import javax.sql.DataSource;

/**
 * Puts the application together when the server deploys it, and ends its work when the server takes it down. Confined
 * to the container's deployment thread.
 */
@WebListener
@SuppressWarnings("NullAway.Init") // the container sets the resources before it calls any method
public final class DemoApplication implements ServletContextListener {

    @Resource(lookup = "jdbc/shop")
    private DataSource shop;

    @Resource
    private UserTransaction transaction;

    @Resource
    private ManagedThreadFactory threads;

    private Load load;

    @Override
    public void contextInitialized(ServletContextEvent event) {
        PeerPorts peers = PeerPorts.parse(required("peerage.demo.peers"));
        Meter meter = new Meter(System::nanoTime, InstantSource.system(), peers.names());
        load = new Load(new Shop(shop, transaction, peers), meter, System::nanoTime);
        load.start(threads);

        ServletContext context = event.getServletContext();
        context.addServlet("stats", new StatsServlet(meter, new PeerView(shop))).addMapping("/stats");
        URI control = URI.create(required("peerage.demo.control"));
        context.addServlet("control", new ControlServlet(control)).addMapping("/control");
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
        load.close();
    }

    private static String required(String property) {
        String value = System.getProperty(property);
        if (value == null) {
            throw new IllegalStateException(
                    "The system property " + property + " is not set; the demo's launcher sets it");
        }
        return value;
    }
}
