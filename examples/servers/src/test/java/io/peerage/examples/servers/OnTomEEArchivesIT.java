/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.ApplicationServer;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The other way into TomEE: the archive is deployed as it is, a copy for each pool, which is called what the file is. */
@Timeout(240)
class OnTomEEArchivesIT {

    @Test
    void eachCopyOfTheArchiveIsAPool(@TempDir Path directory) throws Exception {
        try (Databases databases = new Databases();
                ApplicationServer server = new TomEEExample()
                        .startWithArchives(
                                new Deployment(directory.resolve("server"), Example.servers(), databases.ports()))) {
            ShopClient orders = new ShopClient(server.uri(), "orders");
            String note = UUID.randomUUID().toString();

            orders.get("visit?how=both&commit=true&note=" + note);

            assertThat(databases.visits(note)).isEqualTo(2);
            assertThat(databases.status("Com_xa_prepare")).isEqualTo(2);
            assertThat(server.log())
                    .anyMatch(line -> line.contains("PEERAGE-001 shop: "))
                    .anyMatch(line -> line.contains("PEERAGE-001 stock: "));
        }
    }
}
