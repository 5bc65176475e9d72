package io.sluice.transport.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/// The way into the C library that allocates nothing, from however deep it is called. Confined to one thread: the thread
/// that made it.
///
/// For each call that captures errno the JDK slices the segment for it. The slice, 32 bytes, is optimised away only where
/// the JIT inlines the whole call, and it gives up at a depth (-XX:MaxInlineLevel, 15 by default) that a send from within
/// a relay exceeds. So it is kept from inlining past this: it cannot look through a handle that is not constant, compiles
/// [#enter] for itself, and there the whole depth is left for the call.
///
///     long result = gate.call(Libc.address("close"), fd, 0, 0, 0, 0, 0);
final class Gate {

    private static final MethodType SIX_LONGS = MethodType.methodType(
            long.class, MemorySegment.class, MemorySegment.class, long.class, long.class, long.class, long.class,
            long.class, long.class);

    private final MemorySegment errno = Libc.errnoSegment();

    /// Never static: it would be a constant.
    private final MethodHandle entrance;

    Gate() {
        try {
            entrance = MethodHandles.lookup().findStatic(Gate.class, "enter", SIX_LONGS);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("this class has the method", e);
        }
    }

    /// What the function returns, or the negated error number if that is -1. For a function that returns int only the
    /// lower half of the result counts.
    long call(MemorySegment function, long a, long b, long c, long d, long e, long f) {
        try {
            return (long) entrance.invokeExact(function, errno, a, b, c, d, e, f);
        } catch (Throwable t) {
            throw new AssertionError("a system call cannot throw", t);
        }
    }

    /// The error number of the last call, for functions that do not fail by -1.
    int errno() {
        return errno.get(ValueLayout.JAVA_INT, 0);
    }

    /// Functions that return int leave the upper half undefined, so the lower half alone says whether it failed. Those
    /// that return a pointer fail with all bits set, if they set errno, and never return one that ends in 32 ones.
    @SuppressWarnings("UnusedMethod") // called by its handle
    private static long enter(
            MemorySegment function, MemorySegment errno, long a, long b, long c, long d, long e, long f)
            throws Throwable {
        long result = (long) Libc.SIX_LONGS.invokeExact(function, errno, a, b, c, d, e, f);
        return (int) result == -1 ? -errno.get(ValueLayout.JAVA_INT, 0) : result;
    }
}
