/* SPDX-License-Identifier: Apache-2.0 */
/** Physical connections: opening them within their bounds, asking whether they still live, ending them. */
@NullMarked
package io.peerage.connect;

import org.jspecify.annotations.NullMarked;
