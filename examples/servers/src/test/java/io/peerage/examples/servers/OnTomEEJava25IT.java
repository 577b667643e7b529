/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.local.Jdk;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** TomEE 9 does not start there. When a newer one does, this is to be a {@link Java25Contract} as the others. */
@EnabledIf("io.peerage.local.Facilities#java25")
final class OnTomEEJava25IT {

    private static final Example EXAMPLE = new TomEEExample();

    /** Nobody listens there, and nobody is asked. */
    private static final List<Integer> PORTS = List.of(1, 2, 3, 4, 5);

    @RegisterExtension
    static final ClassOutcome OUTCOME = new ClassOutcome(EXAMPLE, Java25Contract.ROW);

    @TempDir
    private Path directory;

    @Test
    @Timeout(240)
    void itInstallsAPolicyWhichThisJavaDoesNotHave() {
        Deployment deployment = new Deployment(directory.resolve("server"), Example.servers(), PORTS).on(Jdk.java25());
        assertThatThrownBy(() -> EXAMPLE.start(deployment).close())
                .hasMessageContaining("TomEE started with errors")
                .hasMessageContaining("Setting a system-wide Policy object is not supported");
        OUTCOME.doesNotWork();
    }
}
