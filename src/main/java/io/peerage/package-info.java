/* SPDX-License-Identifier: Apache-2.0 */
/** What a deployer names and an application meets: the resource adapter, its factory and the DataSource. */
@NullMarked
package io.peerage;

import org.jspecify.annotations.NullMarked;
