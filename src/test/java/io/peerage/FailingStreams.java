/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;

/** Streams of an application that break after some bytes. Stateless; the streams are for one thread. */
final class FailingStreams {

    private FailingStreams() {}

    static InputStream bytes(int good, Exception failure) {
        return new InputStream() {
            private int left = good;

            @Override
            public int read() throws IOException {
                if (left-- > 0) {
                    return 'x';
                }
                throw unchecked(failure);
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                buffer[offset] = (byte) read();
                return 1;
            }

            @Override
            public int available() {
                return Math.max(left, 0);
            }
        };
    }

    static Reader chars(int good, Exception failure) {
        return new Reader() {
            private int left = good;

            @Override
            public int read(char[] buffer, int offset, int length) throws IOException {
                if (left-- > 0) {
                    buffer[offset] = 'x';
                    return 1;
                }
                throw unchecked(failure);
            }

            @Override
            public void close() {
                // nothing is open
            }
        };
    }

    private static RuntimeException unchecked(Exception failure) throws IOException {
        if (failure instanceof IOException io) {
            throw io;
        }
        return (RuntimeException) failure;
    }
}
