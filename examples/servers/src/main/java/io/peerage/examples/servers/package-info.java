/* SPDX-License-Identifier: Apache-2.0 */
/** Each server as its example sets it up: the examples' own files, with real ports in the place of their example hosts. */
@NullMarked
package io.peerage.examples.servers;

import org.jspecify.annotations.NullMarked;
