/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.config.PeerSpec;
import javax.sql.XADataSource;

/**
 * How one peer is connected to, as it is configured at the moment. Immutable, its parts thread-safe.
 *
 * @param source the driver's, without user and password
 * @param obstacle why its sockets cannot be looked at; empty if they can
 * @param capability looks once whether the server can do XA
 */
record Target(PeerSpec spec, XADataSource source, String obstacle, XaCapability capability) {}
