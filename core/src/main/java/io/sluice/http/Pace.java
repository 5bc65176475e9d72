package io.sluice.http;

import java.util.concurrent.TimeUnit;

/// How fast bytes may move: nginx's allowance, so many bytes for each second that has begun. Immutable.
///
/// @param bytesPerSecond 0: as fast as they can
/// @param free bytes that go before the limit holds
/// @param startNanos when the first second began
record Pace(long bytesPerSecond, long free, long startNanos) {

    /// As fast as they can.
    static final Pace FREE = new Pace(0, 0, 0);

    boolean isLimited() {
        return bytesPerSecond > 0;
    }

    /// How many bytes may move now; not positive: none.
    ///
    /// @param moved so far
    long allowance(long moved, long nowNanos) {
        long begun = TimeUnit.NANOSECONDS.toSeconds(nowNanos - startNanos) + 1;
        return bytesPerSecond * begun + free - moved;
    }

    /// How long to wait until a byte may move; 0: not at all.
    long pauseNanos(long moved, long nowNanos) {
        if (!isLimited()) {
            return 0;
        }
        long allowance = allowance(moved, nowNanos);
        return allowance > 0
                ? 0
                : TimeUnit.MILLISECONDS.toNanos(-allowance * 1000 / bytesPerSecond + 1);
    }
}
