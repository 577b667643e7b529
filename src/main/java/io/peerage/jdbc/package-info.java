/* SPDX-License-Identifier: Apache-2.0 */
/** The JDBC handles that applications hold, and the session state behind them. */
@NullMarked
package io.peerage.jdbc;

import org.jspecify.annotations.NullMarked;
