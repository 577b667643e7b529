/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

/** How a peer is reached, as its group is told; what else there is to it, only those know who connect. Immutable. */
public interface Endpoint {

    /** Returns the name the deployer gave, unique in the group. */
    String name();

    /** Returns the share the peer takes in proportion to the others; at least 1. */
    int weight();
}
