/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What is known and asked of each kind of database server: whether it can serve, which one it is, whether it can do XA,
 * and what its driver keeps of its answers. Opens no connection. Each driver is named by one class only, so that those
 * of the others need not be there.
 */
@NullMarked
package io.peerage.server;

import org.jspecify.annotations.NullMarked;
