/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

/** What peers inherit from their pool. Immutable. */
record PoolDefaults(
        DriverProfile driver, String database, String user, String password, ConnectionProperties properties) {}
