/* SPDX-License-Identifier: Apache-2.0 */
/** The demo's application: works on one DataSource without a pause and shows what it sees. */
@NullMarked
package io.peerage.examples.demo.app;

import org.jspecify.annotations.NullMarked;
