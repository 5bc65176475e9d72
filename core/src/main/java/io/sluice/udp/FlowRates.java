package io.sluice.udp;

import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.sluice.time.Timer;

/// `proxy_upload_rate` and `proxy_download_rate` of one flow. Confined to the worker that has the flow.
///
/// As in nginx a direction may have moved `rate * (whole seconds + 1)` bytes, and rests after a datagram for as long as it
/// takes at the rate. Answers wait in the socket's buffer meanwhile, for which this is the timer; a client's datagrams are
/// lost, since the listener's buffer is everybody's.
final class FlowRates extends Timer {

    private static final long MILLI = 1_000_000;

    private final Flow flow;

    private final long uploadPerSecond;

    private final long downloadPerSecond;

    private final long startNanos;

    private long uploadNotBeforeNanos;

    private FlowRates(long uploadPerSecond, long downloadPerSecond, Flow flow, long startNanos) {
        this.uploadPerSecond = uploadPerSecond;
        this.downloadPerSecond = downloadPerSecond;
        this.flow = flow;
        this.startNanos = startNanos;
        this.uploadNotBeforeNanos = startNanos;
    }

    /// The limits of a flow, in bytes a second, 0 for none; null when it has none at all.
    static @Nullable FlowRates of(long uploadPerSecond, long downloadPerSecond, Flow flow) {
        return uploadPerSecond == 0 && downloadPerSecond == 0
                ? null
                : new FlowRates(uploadPerSecond, downloadPerSecond, flow, flow.resources().clock().nanos());
    }

    /// Whether a datagram may go upstream now.
    ///
    /// @param moved bytes of all before
    boolean allowsUpload(long nowNanos, long moved, int bytes) {
        if (uploadPerSecond == 0) {
            return true;
        }
        long missing = missing(uploadPerSecond, nowNanos, moved);
        if (nowNanos - uploadNotBeforeNanos < 0 || missing >= 0) {
            return false;
        }
        uploadNotBeforeNanos = nowNanos + nanos(bytes, uploadPerSecond);
        return true;
    }

    /// Answers were passed on.
    ///
    /// @param moved bytes of all of them so far
    /// @param bytes of the last ones
    void onDownload(long nowNanos, long moved, int bytes) {
        if (downloadPerSecond == 0) {
            return;
        }
        long missing = missing(downloadPerSecond, nowNanos, moved);
        long rest = Math.max(
                nanos(bytes, downloadPerSecond),
                missing < 0 ? 0 : nanos(missing, downloadPerSecond) + MILLI);
        if (rest > 0) {
            flow.pauseDownload();
            flow.resources().wheel().schedule(this, nowNanos + rest);
        }
    }

    /// How many bytes too many have been moved; negative: as many may still be.
    private long missing(long perSecond, long nowNanos, long moved) {
        return moved - perSecond * (TimeUnit.NANOSECONDS.toSeconds(nowNanos - startNanos) + 1);
    }

    /// In whole milliseconds, as nginx's timers are.
    private static long nanos(long bytes, long perSecond) {
        return bytes * 1_000 / perSecond * MILLI;
    }

    /// Whether answers are waiting for their time.
    boolean isWaiting() {
        return isScheduled();
    }

    @Override
    protected void onTimer(long nowNanos) {
        flow.resumeDownload();
    }

    @Override
    protected void onFault(Throwable fault) {
        flow.fail(fault);
    }

    void cancel() {
        flow.resources().wheel().cancel(this);
    }
}
