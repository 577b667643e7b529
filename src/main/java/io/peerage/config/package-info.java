/* SPDX-License-Identifier: Apache-2.0 */
/** Settings, their parsing and checking, and what Peerage knows of each driver. */
@NullMarked
package io.peerage.config;

import org.jspecify.annotations.NullMarked;
