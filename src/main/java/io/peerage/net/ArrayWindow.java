/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.net;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Part of an array, as channels want it. Drivers come with the same array again and again, so its buffer is kept; a
 * large one, made for one large value, is not kept alive. Confined to one thread at a time.
 */
final class ArrayWindow {

    /** How many bytes are moved at once: the JDK keeps a buffer of this size for each thread that does. */
    static final int MOST = 128 * 1024;

    private static final int MOST_KEPT = 32 * 1024;

    private @Nullable ByteBuffer kept;

    /** Returns the buffer over {@code length} bytes of {@code array} from {@code offset}, but {@link #MOST} at the most. */
    @SuppressWarnings("ByteBufferBackingArray") // wrapped below, from its beginning
    ByteBuffer of(byte[] array, int offset, int length) {
        ByteBuffer window = kept != null && kept.array() == array ? kept : ByteBuffer.wrap(array);
        kept = array.length <= MOST_KEPT ? window : null;
        return window.limit(offset + Math.min(length, MOST)).position(offset);
    }
}
