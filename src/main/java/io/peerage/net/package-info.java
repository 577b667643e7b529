/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Sockets that can be looked at between two calls, the addresses they are connected to, and how drivers are given them.
 * Knows nothing of peers, pools and servers.
 */
@NullMarked
package io.peerage.net;

import org.jspecify.annotations.NullMarked;
