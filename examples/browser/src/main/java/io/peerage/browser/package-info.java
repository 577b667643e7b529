/* SPDX-License-Identifier: Apache-2.0 */
/** Drives a headless Chromium through the Chrome DevTools Protocol, for tests of pages. Needs nothing but the JDK. */
@NullMarked
package io.peerage.browser;

import org.jspecify.annotations.NullMarked;
