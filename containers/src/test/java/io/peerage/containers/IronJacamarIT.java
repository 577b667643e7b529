/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.containers;

import java.nio.file.Path;

/** What holds in WildFly's container. */
class IronJacamarIT extends ContainerContract {

    @Override
    ForeignContainer container(Path directory) {
        return new IronJacamarContainer(directory);
    }
}
