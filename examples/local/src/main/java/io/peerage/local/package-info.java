/* SPDX-License-Identifier: Apache-2.0 */
/** Starts and hurts real servers on this machine, for tests and for the demo. Needs Linux and nothing but the JDK. */
@NullMarked
package io.peerage.local;

import org.jspecify.annotations.NullMarked;
