/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.Jdk;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** All of {@link ServerContract} with the same archive in a server that runs on JDK 25: one row of the matrix in whole. */
abstract class Java25Contract extends ServerContract {

    static final String ROW = "The server on JDK 25: all of this but the rows of kills within a commit";

    Java25Contract(Example example) {
        super(example, Jdk.java25(), new ClassOutcome(example, ROW));
    }

    /** Nor on that of the program which started it. */
    @Test
    @Order(0)
    void runsOnNoOtherJdk() throws Exception {
        assertThat(ProcessHandle.of(server.pid()).orElseThrow().info().command())
                .hasValue(Jdk.java25().resolve("bin/java").toRealPath().toString());
    }

    /** It warns of what will not work much longer, and of whose it is. */
    @Test
    @Order(11)
    void theJdkWarnsOfNothingOfOurs() {
        assertThat(server.log()).noneMatch(line -> line.startsWith("WARNING: ") && line.contains("io.peerage."));
    }
}
