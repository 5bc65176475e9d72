package io.sluice.transport.linux;

import java.io.IOException;

/// How many descriptors the process may have open, RLIMIT_NOFILE of getrlimit(2). Immutable.
///
/// @param soft what counts
/// @param hard up to where the process may raise the soft one itself
public record OpenFilesLimit(long soft, long hard) {

    private static final int RLIMIT_NOFILE = 7;
    private static final int STRUCT_BYTES = 16;

    /// The process's limit now. The JVM raises the soft one to the hard one when it starts.
    ///
    /// @throws IOException when the kernel does not tell
    public static OpenFilesLimit current() throws IOException {
        long limit = NativeMemory.allocateForever(STRUCT_BYTES, Long.BYTES);
        check(new ProcessCalls().getrlimit(RLIMIT_NOFILE, limit), "getrlimit(RLIMIT_NOFILE)");
        return new OpenFilesLimit(NativeMemory.getLong(limit), NativeMemory.getLong(limit + Long.BYTES));
    }

    /// Sets both to `files`, as nginx's `worker_rlimit_nofile` does; more than the hard one takes root.
    ///
    /// @throws IOException in nginx's words: `setrlimit(RLIMIT_NOFILE, 4096) failed (...)`
    public static void set(long files) throws IOException {
        long limit = NativeMemory.allocateForever(STRUCT_BYTES, Long.BYTES);
        NativeMemory.putLong(limit, files);
        NativeMemory.putLong(limit + Long.BYTES, files);
        check(new ProcessCalls().setrlimit(RLIMIT_NOFILE, limit), "setrlimit(RLIMIT_NOFILE, " + files + ")");
    }

    private static void check(int result, String call) throws IOException {
        if (result < 0) {
            throw new IOException(call + " failed (" + Errno.describe(-result) + ")");
        }
    }
}
