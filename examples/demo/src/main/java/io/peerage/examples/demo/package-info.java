/* SPDX-License-Identifier: Apache-2.0 */
/** The demo: three databases, a server, the adapter and an application on one machine, and buttons to hurt them. */
@NullMarked
package io.peerage.examples.demo;

import org.jspecify.annotations.NullMarked;
