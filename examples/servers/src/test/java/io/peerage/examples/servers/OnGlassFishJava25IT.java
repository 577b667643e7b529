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

/** GlassFish 7 does not start there. When a newer one does, this is to be a {@link Java25Contract} as the others. */
@EnabledIf("io.peerage.local.Facilities#java25")
final class OnGlassFishJava25IT {

    private static final Example EXAMPLE = DomainExample.glassFish();

    @RegisterExtension
    static final ClassOutcome OUTCOME = new ClassOutcome(EXAMPLE, Java25Contract.ROW);

    @TempDir
    private Path directory;

    @Test
    @Timeout(240)
    void itsModuleSystemKnowsNoSuchJava() {
        Deployment deployment =
                new Deployment(directory.resolve("server"), Example.servers(), List.of()).on(Jdk.java25());
        assertThatThrownBy(() -> EXAMPLE.start(deployment).close())
                .hasMessageContaining("ended with status 1 before it was ready")
                .hasMessageContaining("osgi.ee; (&(osgi.ee=JavaSE)(version=1.7))");
        OUTCOME.doesNotWork();
    }
}
