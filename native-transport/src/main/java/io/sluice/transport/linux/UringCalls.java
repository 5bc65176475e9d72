package io.sluice.transport.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// The three system calls of io_uring, for which the C library has no names. Confined to one thread at a time.
///
/// As in [LinuxCalls], a failure is the negated error number, and nothing allocates.
public final class UringCalls {

    /// The same on every architecture (asm-generic/unistd.h; x86-64 took them over).
    private static final long SETUP = 425;

    private static final long ENTER = 426;

    private static final long REGISTER = 427;

    private static final MethodHandle SYSCALL = Libc.bindSevenLongs("syscall");

    private final MemorySegment errno = Libc.errnoSegment();

    /// io_uring_setup(2); `params` is a struct io_uring_params, in and out.
    public int setup(int entries, long params) {
        return call(SETUP, entries, params, 0, 0, 0, 0);
    }

    /// io_uring_enter(2); EINTR and ETIME are returned.
    public int enter(int ring, int submissions, int completions, int flags, long argument, int argumentBytes) {
        return call(ENTER, ring, submissions, completions, flags, argument, argumentBytes);
    }

    /// io_uring_register(2).
    public int register(int ring, int operation, long argument, int count) {
        return call(REGISTER, ring, operation, argument, count, 0, 0);
    }

    private int call(long number, long a, long b, long c, long d, long e, long f) {
        try {
            int result = (int) (long) SYSCALL.invokeExact(errno, number, a, b, c, d, e, f);
            return result == -1 ? -errno.get(ValueLayout.JAVA_INT, 0) : result;
        } catch (Throwable t) {
            throw new AssertionError("a system call cannot throw", t);
        }
    }
}
