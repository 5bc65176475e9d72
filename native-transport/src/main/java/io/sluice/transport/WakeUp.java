package io.sluice.transport;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.NativeMemory;

/// Ends a loop's wait from another thread, by an eventfd that is written only while the loop waits. Thread-safe:
/// [#wake] may be called by anybody, the rest by the loop.
final class WakeUp extends Readiness {

    private static final VarHandle WAITING;

    static {
        try {
            WAITING = MethodHandles.lookup().findVarHandle(WakeUp.class, "waiting", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final LinuxCalls linux;

    private final long counter = NativeMemory.allocateForever(Long.BYTES, Long.BYTES);

    /// The calls of whoever wakes; errno is shared by all of them, but nobody reads it.
    private final LinuxCalls wakersLinux = new LinuxCalls();

    private final long one = NativeMemory.allocateForever(Long.BYTES, Long.BYTES);

    @SuppressWarnings("UnusedVariable") // by VarHandle
    private volatile boolean waiting;

    WakeUp(int eventfd, LinuxCalls linux) {
        super(eventfd);
        this.linux = linux;
        NativeMemory.putLong(one, 1);
    }

    /// From here on [#wake] writes. The loop looks once more for work before it waits.
    void beforeWait() {
        WAITING.setVolatile(this, true);
    }

    void afterWait() {
        WAITING.setVolatile(this, false);
    }

    void wake() {
        if (WAITING.compareAndSet(this, true, false)) {
            wakersLinux.write(fd(), one, Long.BYTES);
        }
    }

    @Override
    protected void onReadable(SocketLoop loop) {
        linux.read(fd(), counter, Long.BYTES);
    }

    void close() {
        linux.close(fd());
    }
}
