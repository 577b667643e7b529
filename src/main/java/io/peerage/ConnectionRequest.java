/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import io.peerage.connect.Credentials;
import jakarta.resource.spi.ConnectionRequestInfo;

/**
 * What an application asked for with {@code getConnection(user, password)}. Immutable.
 *
 * @param credentials whom to connect as
 */
record ConnectionRequest(Credentials credentials) implements ConnectionRequestInfo {}
