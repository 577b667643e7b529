/* SPDX-License-Identifier: Apache-2.0 */
/** The adapter in connector containers that are not ours, each with its own transaction manager and recovery. */
@NullMarked
package io.peerage.containers;

import org.jspecify.annotations.NullMarked;
