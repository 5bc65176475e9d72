package io.sluice.log;

import java.time.Duration;

import io.sluice.config.model.AccessLogConfig;

/// How a file's lines wait: `buffer=`, `flush=` and `gzip=` of an `access_log`. Immutable.
///
/// @param bytes 0: every line is written at once
/// @param flushNanos how long a line may wait at most; 0: until the buffer is full
/// @param gzipLevel 0: as they are
record Buffering(int bytes, long flushNanos, int gzipLevel) {

    static final Buffering NONE = new Buffering(0, 0, 0);

    /// What nginx takes for `gzip` without `buffer=`.
    private static final int GZIP_BYTES = 64 * 1024;

    private static final int MAX_BYTES = 1 << 30;

    static Buffering of(AccessLogConfig config) {
        int gzipLevel = config.gzipLevel().orElse(0);
        long bytes = config.buffer().bytes();
        if (bytes == 0 && gzipLevel > 0) {
            bytes = GZIP_BYTES;
        }
        return new Buffering(
                (int) Math.min(bytes, MAX_BYTES), config.flush().map(Duration::toNanos).orElse(0L), gzipLevel);
    }
}
