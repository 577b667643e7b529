/* SPDX-License-Identifier: Apache-2.0 */
/** What Peerage adds to a unit of work, measured with JMH. */
@NullMarked
package io.peerage.benchmarks;

import org.jspecify.annotations.NullMarked;
