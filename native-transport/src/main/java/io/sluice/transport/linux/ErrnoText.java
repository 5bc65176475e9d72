package io.sluice.transport.linux;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// strerror(3), kept apart from [Errno] so that constants do not bind functions. Thread-safe.
final class ErrnoText {

    private static final int MAX_TEXT_BYTES = 256;

    private static final MethodHandle STRERROR = Libc.bind("strerror");

    private ErrnoText() {}

    /// The C library's buffer is copied under a lock: strerror may use one static buffer for unknown numbers.
    static synchronized String of(int errno) {
        long address;
        try {
            address = (long) STRERROR.invokeExact(Libc.errnoSegment(), (long) errno, 0L, 0L, 0L, 0L, 0L);
        } catch (Throwable e) {
            throw new AssertionError("strerror cannot throw", e);
        }
        MemorySegment text = NativeMemory.everything().asSlice(address, MAX_TEXT_BYTES);
        return text.getString(0);
    }
}
