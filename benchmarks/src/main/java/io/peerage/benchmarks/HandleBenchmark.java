/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.benchmarks;

import io.peerage.PeerManagedConnectionFactory;
import jakarta.resource.ResourceException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Statements through handles, and on the driver's own objects, which do nothing: the difference is what handles add. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
public class HandleBenchmark {

    /** Whose objects are called. */
    public enum Through {
        DRIVER,
        HANDLES
    }

    @Param
    public Through through = Through.DRIVER;

    @SuppressWarnings("NullAway.Init")
    private Borrower borrower;

    @SuppressWarnings("NullAway.Init")
    private Connection connection;

    @SuppressWarnings("NullAway.Init")
    private PreparedStatement statement;

    private int value;

    /** Returns a factory of connections of a driver that does nothing. */
    static PeerManagedConnectionFactory factory() {
        PeerManagedConnectionFactory factory = new PeerManagedConnectionFactory();
        factory.setPeers("a@nowhere-a:1,b@nowhere-b:1,c@nowhere-c:1");
        factory.setDriver(NoOpDataSource.class.getName());
        factory.setReadinessCheck("none");
        factory.setCheckIntervalSeconds(86_400);
        return factory;
    }

    @Setup(Level.Trial)
    public void open() throws ResourceException, SQLException {
        borrower = new Borrower(factory(), 6);
        connection = through == Through.HANDLES ? borrower.borrow() : new NoOpConnection();
        statement = connection.prepareStatement("UPDATE");
    }

    @TearDown(Level.Trial)
    public void close() throws ResourceException, SQLException {
        if (through == Through.HANDLES) {
            borrower.giveBack(connection);
        }
        borrower.close();
    }

    /** Two calls of an open statement. */
    @Benchmark
    public int execute() throws SQLException {
        statement.setInt(1, value++);
        return statement.executeUpdate();
    }

    /** Opening a statement, one call, and closing it: through handles this makes one. */
    @Benchmark
    public int prepareAndExecute() throws SQLException {
        try (PreparedStatement prepared = connection.prepareStatement("UPDATE")) {
            prepared.setInt(1, value++);
            return prepared.executeUpdate();
        }
    }

    /** A query on an open statement with one row read: through handles this makes one. */
    @Benchmark
    public int query() throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            return rows.next() ? rows.getInt(1) : 0;
        }
    }
}
