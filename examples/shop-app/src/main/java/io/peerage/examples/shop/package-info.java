/* SPDX-License-Identifier: Apache-2.0 */
/** A small shop over two DataSources, the same archive for every server; each class shows one way to use them. */
@NullMarked
package io.peerage.examples.shop;

import org.jspecify.annotations.NullMarked;
