/* SPDX-License-Identifier: Apache-2.0 */
/** A small application that can be deployed in every form: with a pool of the server's, or with one that it defines. */
@NullMarked
package io.peerage.examples.forms;

import org.jspecify.annotations.NullMarked;
