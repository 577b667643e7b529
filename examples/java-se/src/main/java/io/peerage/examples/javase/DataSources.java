/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.javase;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.peerage.PeerDataSource;
import io.peerage.PeerManagedConnectionFactory;

/** All that a program without an application server writes to use Peerage. */
public final class DataSources {

    private DataSources() {}

    /** The settings; whatever else of them is to differ from its default is a setter, too. */
    public static PeerManagedConnectionFactory settings(String peers, String database, String user, String password) {
        PeerManagedConnectionFactory settings = new PeerManagedConnectionFactory();
        settings.setPeers(peers);
        settings.setDatabaseName(database);
        settings.setUserName(user);
        settings.setPassword(password);
        return settings;
    }

    /** One DataSource over all peers. It pools nothing: each getConnection opens a connection, each close closes it. */
    public static PeerDataSource plain(PeerManagedConnectionFactory settings) {
        return settings.createConnectionFactory();
    }

    /** The same under HikariCP, for programs that ask for connections often. */
    public static HikariDataSource pooled(PeerDataSource peers, int size) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(peers);
        config.setMaximumPoolSize(size);
        config.setConnectionTimeout(15_000); // longer than Peerage's AcquireTimeoutMillis, so that its error is seen
        return new HikariDataSource(config);
    }
}
