/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Transactions on a managed connection, and what becomes of their branches when it is lost.
 *
 * <p>{@link io.peerage.xa.Recovery} is what XA resources and the operator ask. It knows where each branch is prepared
 * and what was decided for it ({@code BranchTable}), asks all peers for their branches ({@code PeerScans}, one
 * {@code Scan} each time, whose {@code ScanResult} says what follows), and has decisions carried out
 * ({@code BranchCompleters}, one {@code CompletionAttempt} after the other). Both reach the servers behind an address
 * of a peer by an {@code AddressWalk}, over {@code Branches}: short-lived connections.
 */
@NullMarked
package io.peerage.xa;

import org.jspecify.annotations.NullMarked;
