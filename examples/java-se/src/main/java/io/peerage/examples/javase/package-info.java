/* SPDX-License-Identifier: Apache-2.0 */
/** Peerage without an application server. */
@NullMarked
package io.peerage.examples.javase;

import org.jspecify.annotations.NullMarked;
