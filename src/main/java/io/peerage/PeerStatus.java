/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import org.jspecify.annotations.Nullable;

/**
 * What a peer was like at one moment. Immutable.
 *
 * @param name the name the deployer gave
 * @param state {@code up}, {@code suspected}, {@code refusing}, {@code last resort}, {@code down}, {@code probing},
 *     {@code drained}, {@code lost} or {@code removed}
 * @param cause what led to this state, or null where nothing went wrong
 * @param sinceMillis how long it has been in this state; for {@code down} and {@code probing}, since it went down
 * @param nextCheckMillis until it is asked again; -1 if that is not decided by its state
 * @param connections physical connections open or being opened to it
 * @param units units of work it has been dealt
 */
public record PeerStatus(
        String name,
        String state,
        @Nullable String cause,
        long sinceMillis,
        long nextCheckMillis,
        int connections,
        long units) {}
