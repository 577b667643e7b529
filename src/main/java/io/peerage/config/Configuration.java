/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import org.jspecify.annotations.Nullable;

/**
 * What a pool is made with. Immutable.
 *
 * @param source where the peers can be read again; null if they stand in the properties themselves
 */
public record Configuration(Settings settings, @Nullable PeersSource source) {}
