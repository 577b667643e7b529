/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import io.peerage.connect.ConnectionSlot;
import jakarta.resource.spi.DissociatableManagedConnection;

/**
 * A managed connection whose handles may outlive it, for the containers of {@link ManagedAssociation}. Others must not
 * see this interface: WildFly would take the connection from a thread at work. Thread-safe as its base.
 */
final class DissociatableConnection extends PeerManagedConnection implements DissociatableManagedConnection {

    DissociatableConnection(AssociatedFactory factory, SharedGroup shared, ConnectionSlot slot) {
        super(factory, shared, slot);
    }
}
