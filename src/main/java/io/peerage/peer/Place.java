/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

/** A peer in the order to be, and how it is reached from then on; see {@link PeerGroup#change}. Immutable. */
public record Place(Peer peer, Endpoint endpoint) {}
