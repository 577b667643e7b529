/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import io.peerage.peer.Causes;
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

    @FunctionalInterface
    private interface Reading {
        long run() throws IOException;
    }

    private volatile @Nullable Throwable last;

    /** Returns whether {@code failure} was made of the last fault. */
    boolean areBehind(SQLException failure) {
        Throwable fault = last;
        return fault != null && Causes.line(failure).stream().anyMatch(cause -> cause == fault);
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

    private long watched(Reading reading) throws IOException {
        try {
            return reading.run();
        } catch (IOException | RuntimeException e) {
            last = e;
            throw e;
        }
    }

    private final class WatchedStream extends FilterInputStream {

        WatchedStream(InputStream stream) {
            super(stream);
        }

        @Override
        public int read() throws IOException {
            return (int) watched(in::read);
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            return (int) watched(() -> in.read(buffer, offset, length));
        }

        @Override
        public long skip(long count) throws IOException {
            return watched(() -> in.skip(count));
        }

        @Override
        public int available() throws IOException {
            return (int) watched(in::available);
        }

        @Override
        public void close() throws IOException {
            watched(() -> {
                in.close();
                return 0;
            });
        }
    }

    private final class WatchedReader extends FilterReader {

        WatchedReader(Reader reader) {
            super(reader);
        }

        @Override
        public int read() throws IOException {
            return (int) watched(in::read);
        }

        @Override
        public int read(char[] buffer, int offset, int length) throws IOException {
            return (int) watched(() -> in.read(buffer, offset, length));
        }

        @Override
        public void close() throws IOException {
            watched(() -> {
                in.close();
                return 0;
            });
        }
    }
}
