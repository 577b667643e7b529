/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.peer.SlotRegistry;

/** The slots of one user's connections. */
record UserSlots(Credentials credentials, SlotRegistry registry) {}
