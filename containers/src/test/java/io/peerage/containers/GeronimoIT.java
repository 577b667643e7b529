/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.containers;

import java.nio.file.Path;

/** What holds in TomEE's container. */
class GeronimoIT extends ContainerContract {

    @Override
    ForeignContainer container(Path directory) throws Exception {
        return new GeronimoContainer(directory);
    }
}
