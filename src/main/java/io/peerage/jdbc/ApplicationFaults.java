/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import java.io.FilterInputStream;
import java.io.FilterReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what the application's own streams threw while a driver read them: drivers take it for a broken link, and
 * nothing but its identity tells the two apart.
 *
 * <p>Only the last fault is kept, for a driver reads one stream at a time. Thread-safe.
 */
final class ApplicationFaults {

    private static final int DEEPEST = 16;

    private volatile @Nullable Throwable last;

    /** Returns whether {@code failure} was made of the last fault. */
    boolean areBehind(SQLException failure) {
        Throwable fault = last;
        Throwable cause = fault == null ? null : failure.getCause();
        // bounded, for a chain may bite its tail
        for (int depth = 0; cause != null && depth < DEEPEST; depth++) {
            if (cause == fault) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    /** Returns {@code parameter} itself unless it is a stream, else one that reads it. */
    @SuppressWarnings("unchecked") // as what it was declared: no JDBC method declares a class below these two
    <T extends @Nullable Object> T watch(T parameter) {
        if (parameter instanceof InputStream stream) {
            return (T) new WatchedStream(stream);
        }
        if (parameter instanceof Reader reader) {
            return (T) new WatchedReader(reader);
        }
        return parameter;
    }

    private final class WatchedStream extends FilterInputStream {

        WatchedStream(InputStream stream) {
            super(stream);
        }

        @Override
        public int read() throws IOException {
            try {
                return in.read();
            } catch (IOException | RuntimeException e) {
                last = e;
                throw e;
            }
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            try {
                return in.read(buffer, offset, length);
            } catch (IOException | RuntimeException e) {
                last = e;
                throw e;
            }
        }

        @Override
        public long skip(long count) throws IOException {
            try {
                return in.skip(count);
            } catch (IOException | RuntimeException e) {
                last = e;
                throw e;
            }
        }

        @Override
        public int available() throws IOException {
            try {
                return in.available();
            } catch (IOException | RuntimeException e) {
                last = e;
                throw e;
            }
        }

        @Override
        public void close() throws IOException {
            try {
                in.close();
            } catch (IOException | RuntimeException e) {
                last = e;
                throw e;
            }
        }
    }

    private final class WatchedReader extends FilterReader {

        WatchedReader(Reader reader) {
            super(reader);
        }

        @Override
        public int read() throws IOException {
            try {
                return in.read();
            } catch (IOException | RuntimeException e) {
                last = e;
                throw e;
            }
        }

        @Override
        public int read(char[] buffer, int offset, int length) throws IOException {
            try {
                return in.read(buffer, offset, length);
            } catch (IOException | RuntimeException e) {
                last = e;
                throw e;
            }
        }

        @Override
        public void close() throws IOException {
            try {
                in.close();
            } catch (IOException | RuntimeException e) {
                last = e;
                throw e;
            }
        }
    }
}
