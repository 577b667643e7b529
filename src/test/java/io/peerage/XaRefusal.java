/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import javax.transaction.xa.XAException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** That an XA verb fails with a certain code. */
final class XaRefusal {

    private XaRefusal() {}

    /** Asserts that {@code call} throws an XAException with {@code code}. */
    static void refuses(int code, ThrowingCallable call) {
        refuses(code, "", call);
    }

    /** Asserts that {@code call} throws an XAException with {@code code} that says {@code message}. */
    static void refuses(int code, String message, ThrowingCallable call) {
        assertThatThrownBy(call)
                .hasMessageContaining(message)
                .isInstanceOfSatisfying(
                        XAException.class,
                        e -> assertThat(e.errorCode).as(e.getMessage()).isEqualTo(code));
    }
}
