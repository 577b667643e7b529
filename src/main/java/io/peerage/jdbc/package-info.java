/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The JDBC handles that applications hold in place of the driver's objects, and the session state behind them.
 *
 * <p>The generated {@code Delegating*} classes pass every method of JDBC on; hand-written leaves add what is not plain
 * delegation. Objects a handle returns are handles too, by their declared type. Not wrapped are values ({@code Array},
 * {@code Blob}, {@code Clob}, {@code ResultSetMetaData} and the like): what they throw is not seen, and {@code
 * Array.getResultSet()} returns the driver's result set.
 *
 * <p>No class or public method of a handle is final: a container may subclass handles and override everything.
 */
@NullMarked
package io.peerage.jdbc;

import org.jspecify.annotations.NullMarked;
