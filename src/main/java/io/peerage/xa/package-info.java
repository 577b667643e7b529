/* SPDX-License-Identifier: Apache-2.0 */
/** Transactions on a managed connection. */
@NullMarked
package io.peerage.xa;

import org.jspecify.annotations.NullMarked;
