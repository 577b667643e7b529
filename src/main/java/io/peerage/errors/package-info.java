/* SPDX-License-Identifier: Apache-2.0 */
/** What exceptions of drivers and servers mean: tables of rows, read from resources, and the sorter that follows them. */
@NullMarked
package io.peerage.errors;

import org.jspecify.annotations.NullMarked;
