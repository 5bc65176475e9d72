package io.sluice.transport.linux;

import java.io.IOException;
import java.util.BitSet;

/// On which processors a thread runs, sched_setaffinity(2). Thread-safe: no state; it concerns the calling thread.
public final class CpuAffinity {

    /// Processors a mask has room for: as many as the C library's cpu_set_t.
    private static final int MAX_PROCESSORS = 1024;

    private CpuAffinity() {}

    /// The processors that the calling thread may run on.
    ///
    /// @throws IOException when the machine has more than 1024
    public static BitSet current() throws IOException {
        long mask = NativeMemory.allocateForever(MAX_PROCESSORS / Byte.SIZE, Long.BYTES);
        int result = new ProcessCalls().affinity(mask, MAX_PROCESSORS / Byte.SIZE);
        if (result < 0) {
            throw new IOException("sched_getaffinity() failed (" + Errno.describe(-result) + ")");
        }
        byte[] bytes = new byte[MAX_PROCESSORS / Byte.SIZE];
        NativeMemory.get(mask, bytes, 0, bytes.length);
        return BitSet.valueOf(bytes);
    }

    /// Confines the calling thread to these processors; threads it starts inherit that.
    ///
    /// @throws IOException when none of them exists or is allowed
    public static void set(BitSet processors) throws IOException {
        if (processors.length() > MAX_PROCESSORS) {
            throw new IOException("processor " + (processors.length() - 1) + " is beyond " + (MAX_PROCESSORS - 1));
        }
        byte[] bytes = processors.toByteArray();
        long mask = NativeMemory.allocateForever(MAX_PROCESSORS / Byte.SIZE, Long.BYTES);
        NativeMemory.put(mask, bytes, 0, bytes.length);
        int result = new ProcessCalls().setAffinity(mask, MAX_PROCESSORS / Byte.SIZE);
        if (result < 0) {
            throw new IOException("sched_setaffinity() failed (" + Errno.describe(-result) + ")");
        }
    }
}
