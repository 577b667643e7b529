/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.peerage.jdbc.HandleSizes;
import io.peerage.jdbc.Owner;
import io.peerage.jdbc.ServerStatus;
import io.peerage.jdbc.Session;
import java.lang.reflect.Proxy;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * A short run of all benchmarks. Asserted is what does not depend on the machine and its load, that is allocation; the
 * times are printed.
 */
@Timeout(300)
class BenchmarksIT {

    /** The profiler's own share of a short run, bytes for one operation. No object has fewer than 16. */
    private static final double NOISE = 4;

    private static Figures figures;

    private final Owner owner = (Owner) Proxy.newProxyInstance(
            Owner.class.getClassLoader(), new Class<?>[] {Owner.class}, (proxy, method, arguments) -> {
                throw new IllegalStateException("nobody asks the owner");
            });
    private final NoOpConnection connection = new NoOpConnection();
    private final Session session = new Session(connection, new ServerStatus() {});
    private final PreparedStatement statement = connection.prepareStatement("SELECT 1");

    @BeforeAll
    static void run() throws Exception {
        figures = Benchmarks.run(new OptionsBuilder()
                .forks(1)
                .warmupIterations(3)
                .warmupTime(TimeValue.milliseconds(200))
                .measurementIterations(3)
                .measurementTime(TimeValue.milliseconds(200)));
        System.out.println(figures.report());
    }

    @Test
    void dealingAllocatesNothing() {
        assertThat(figures.of("deal").bytes()).isLessThan(NOISE);
        assertThat(figures.of("dealFromTwoThreads").bytes()).isLessThan(NOISE);
    }

    /** At rest and saturated. */
    @Test
    void dealingAmongManyAllocatesNothing() throws Exception {
        assertThat(DealsAtScale.run(new OptionsBuilder()
                        .param("connections", "2000")
                        .param("peers", "128")
                        .threads(2)
                        .warmupIterations(3)
                        .warmupTime(TimeValue.milliseconds(200))
                        .measurementIterations(3)
                        .measurementTime(TimeValue.milliseconds(200))))
                .hasSize(2)
                .allSatisfy(result -> assertThat(Figures.allocation(result)).isLessThan(NOISE));
    }

    @Test
    void aLookAtTheSocketAllocatesNothing() {
        assertThat(figures.of("peek").bytes()).isLessThan(NOISE);
    }

    /** The server of this benchmark is in the same JVM, and is counted too. */
    @Test
    void aRoundTripAllocatesNothing() {
        assertThat(figures.of("smallAnswer PEERAGE").bytes()).isLessThan(NOISE);
    }

    @Test
    void aCallThroughAHandleAllocatesNothing() {
        assertThat(figures.of("execute HANDLES").bytes()).isLessThan(NOISE);
    }

    @Test
    void openingAStatementAllocatesItsHandleOnly() {
        assertThat(addedBytes("prepareAndExecute"))
                .isCloseTo(HandleSizes.preparedStatement(owner, session, statement), within(NOISE));
    }

    @Test
    void aQueryAllocatesTheHandleOfItsResultOnly() throws SQLException {
        assertThat(addedBytes("query"))
                .isCloseTo(HandleSizes.resultSet(owner, session, statement, statement.executeQuery()), within(NOISE));
    }

    private static double addedBytes(String operation) {
        return figures.of(operation + " HANDLES").bytes()
                - figures.of(operation + " DRIVER").bytes();
    }
}
