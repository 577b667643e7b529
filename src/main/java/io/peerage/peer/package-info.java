/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Pure logic of the peers: health, selection, dealing. Imports only {@code java.*} and {@code javax.sql}, opens no
 * connection and starts no thread; time, randomness and threads are handed in.
 */
@NullMarked
package io.peerage.peer;

import org.jspecify.annotations.NullMarked;
