/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.benchmarks;

import jakarta.resource.ResourceException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * All that a container calls around a unit of work without a transaction, of a driver that does nothing and has no
 * socket to look at: the boundary with its deal, its reads of the clock and a ping that costs nothing; a handle; the
 * clean-up.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
public class BorrowBenchmark {

    @SuppressWarnings("NullAway.Init")
    private Borrower borrower;

    @Setup(Level.Trial)
    public void open() throws ResourceException {
        borrower = new Borrower(HandleBenchmark.factory(), 12);
    }

    @TearDown(Level.Trial)
    public void close() throws ResourceException {
        borrower.close();
    }

    @Benchmark
    public Connection borrowAndGiveBack() throws ResourceException, SQLException {
        Connection handle = borrower.borrow();
        borrower.giveBack(handle);
        return handle;
    }
}
