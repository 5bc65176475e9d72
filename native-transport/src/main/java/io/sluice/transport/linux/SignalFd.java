package io.sluice.transport.linux;

import java.io.IOException;
import java.util.Set;

/// Receives signals by reading them from a descriptor, signalfd(2). Confined to one thread: the thread that reads.
///
/// Signals come this way only while every thread of the process blocks them. A Java program cannot arrange that for
/// threads that the JVM has started already, so whoever starts the JVM does it; [#blocked] says whether it was done.
///
///     SignalFd signals = SignalFd.open(EnumSet.allOf(Signal.class));
///     while (true) react(signals.read());
public final class SignalFd implements AutoCloseable {

    private static final int SIGSET_BYTES = 128;
    private static final int SIGINFO_BYTES = 128;
    private static final int SIGINFO_SENDER = 12;
    private static final int SFD_CLOEXEC = 0x80000;

    private final LinuxCalls linux = new LinuxCalls();
    private final long siginfo = NativeMemory.allocateForever(SIGINFO_BYTES, Long.BYTES);
    private final int fd;

    private SignalFd(int fd) {
        this.fd = fd;
    }

    /// Whether the calling thread blocks all of these signals, and so, unless it asked for that itself, does every
    /// thread.
    public static boolean blocked(Set<Signal> signals) {
        long mask = new ProcessCalls().blockedSignals();
        return (mask & bits(signals)) == bits(signals);
    }

    /// Opens a descriptor that delivers these signals.
    ///
    /// @throws IOException when the process has no descriptor left
    public static SignalFd open(Set<Signal> signals) throws IOException {
        long mask = NativeMemory.allocateForever(SIGSET_BYTES, Long.BYTES);
        NativeMemory.putLong(mask, bits(signals));
        int fd = new ProcessCalls().signalfd(mask, SFD_CLOEXEC);
        if (fd < 0) {
            throw new IOException("signalfd() failed (" + Errno.describe(-fd) + ")");
        }
        return new SignalFd(fd);
    }

    /// Waits for the next signal.
    ///
    /// @throws IOException when the descriptor is closed
    public Received read() throws IOException {
        int n = linux.read(fd, siginfo, SIGINFO_BYTES);
        if (n != SIGINFO_BYTES) {
            throw new IOException("read() of signals failed" + (n < 0 ? " (" + Errno.describe(-n) + ")" : ""));
        }
        int number = NativeMemory.getInt(siginfo);
        Signal signal = Signal.of(number)
                .orElseThrow(() -> new IOException("signal " + number + " was delivered, which was not asked for"));
        return new Received(signal, NativeMemory.getInt(siginfo + SIGINFO_SENDER));
    }

    @Override
    public void close() {
        linux.close(fd);
    }

    private static long bits(Set<Signal> signals) {
        long bits = 0;
        for (Signal signal : signals) {
            bits |= 1L << (signal.number() - 1);
        }
        return bits;
    }

    /// A signal that arrived. Immutable.
    ///
    /// @param sender the process that sent it; 0: the kernel, for instance on behalf of a terminal, or unknown
    public record Received(Signal signal, int sender) {}
}
