/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import io.peerage.connect.LiveGroup;
import io.peerage.xa.Recovery;

/**
 * What all managed connections with the same settings share. Immutable, its parts thread-safe.
 *
 * @param endDriverThreads ends what the driver keeps running for as long as the adapter is deployed
 * @param twoPhase whether global transactions are XA branches on the peer
 */
record SharedGroup(LiveGroup live, Recovery recovery, Runnable endDriverThreads, boolean twoPhase) {}
