/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

/** The endpoint of a peer that nobody connects to. */
public record NamedEndpoint(String name, int weight) implements Endpoint {}
