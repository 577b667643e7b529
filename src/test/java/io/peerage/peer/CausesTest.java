/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Walks along causes and next exceptions, wherever those lead. */
@Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CausesTest {

    /** Has another cause each time it is asked. */
    private static final class Endless extends Exception {

        private static final long serialVersionUID = 1;

        @Override
        public synchronized Throwable getCause() {
            return new Endless();
        }
    }

    /** Equal to all of its kind, which the walks must not mind. */
    private static final class Alike extends Exception {

        private static final long serialVersionUID = 1;

        Alike(Throwable cause) {
            super(cause);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Alike;
        }

        @Override
        public int hashCode() {
            return 1;
        }
    }

    @Test
    void aLineEndsWithItsRoot() {
        SocketException root = new SocketException("reset");
        IOException middle = new IOException(root);
        SQLException failure = new SQLException("lost", middle);
        assertThat(Causes.line(failure)).containsExactly(failure, middle, root);
        assertThat(Causes.root(failure)).isSameAs(root);
        assertThat(Causes.root(root)).isSameAs(root);
        assertThat(Causes.find(failure, IOException.class)).isSameAs(middle);
        assertThat((Object) Causes.find(failure, SQLException.class)).isSameAs(failure);
        assertThat(Causes.find(failure, Error.class)).isNull();
    }

    @Test
    void aCircleIsWalkedOnce() {
        SQLException a = new SQLException("a");
        SQLException b = new SQLException("b", a);
        SQLException c = new SQLException("c", b);
        a.initCause(c);
        assertThat(Causes.line(c)).containsExactly(c, b, a);
        assertThat(Causes.root(c)).isSameAs(a);
        assertThat(Causes.chain(b)).containsExactly(b, a, c);
        assertThat(Causes.find(c, Error.class)).isNull();
    }

    @Test
    void aCircleOfNextExceptionsIsWalkedOnce() {
        SQLException a = new SQLException("a");
        SQLException b = new SQLException("b");
        a.setNextException(b);
        b.setNextException(a);
        assertThat(Causes.chain(a)).containsExactly(a, b);
        assertThat(Causes.line(a)).containsExactly(a);
    }

    @Test
    void whatIsNearerComesFirst() {
        SQLException deep = new SQLException("deep");
        SQLException next = new SQLException("next", deep);
        IOException cause = new IOException("cause");
        SQLException failure = new SQLException("failure", cause);
        failure.setNextException(next);
        assertThat(Causes.chain(failure)).containsExactly(failure, cause, next, deep);
    }

    @Test
    void aLineWithoutAnEndIsCutOff() {
        assertThat(Causes.line(new Endless())).hasSize(Causes.MOST);
        assertThat(Causes.chain(new SQLException(new Endless()))).hasSize(Causes.MOST);
    }

    @Test
    void equalOnesAreNotTheSame() {
        IOException root = new IOException("root");
        assertThat(Causes.root(new Alike(new Alike(root)))).isSameAs(root);
    }

    /** Some drivers, and all test doubles, throw the same object again while they close what failed. */
    @Test
    void nothingSuppressesItself() {
        SQLException failure = new SQLException("failure");
        SQLException other = new SQLException("other");
        Causes.suppress(failure, failure);
        Causes.suppress(failure, other);
        assertThat(failure.getSuppressed()).containsExactly(other);
    }
}
