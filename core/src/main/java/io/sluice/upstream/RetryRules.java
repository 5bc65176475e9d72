package io.sluice.upstream;

import java.time.Duration;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.HttpProxyOptions.NextUpstream;

/// When a request goes on to the next peer: `proxy_next_upstream` of the http module, its tries excepted, which the
/// [Selection] counts. Immutable.
///
///     // no connection, a timeout, an early end, or no valid head:
///     selection.failed(nowNanos);             // failedReused() when an idle connection turned out to be closed
///     if (rules.goOn(cause, sent, selection.triesLeft(), startNanos, nowNanos)) next();
///     else answer(RetryRules.status(cause));
///
///     // the response's head is there:
///     if (rules.passOver(status, sent, selection.triesLeft(), startNanos, nowNanos)) {
///         selection.passOver(RetryRules.blames(status), nowNanos);
///         next();
///     } else {
///         selection.succeeded();
///     }
public final class RetryRules {

    /// What a peer has got of the request already.
    public enum Sent {
        /// Nothing: any request may go on.
        NOTHING,
        /// Something, of a request that may be repeated.
        IDEMPOTENT,
        /// Something, of a POST, LOCK or PATCH.
        NON_IDEMPOTENT,
        /// Something that cannot be sent again, since it was not kept (`proxy_request_buffering off`).
        NOT_KEPT
    }

    private final Set<NextUpstream> cases;

    // 0: without limit.
    private final long timeoutNanos;

    /// @param cases of `proxy_next_upstream`; none: `off`
    /// @param timeout `proxy_next_upstream_timeout`; zero: without limit
    public RetryRules(Set<NextUpstream> cases, Duration timeout) {
        this.cases = Set.copyOf(cases);
        this.timeoutNanos = timeout.toNanos();
    }

    /// Whether another peer is asked after a failed attempt, whose peer has been given back.
    ///
    /// @param triesLeft after it
    /// @param startNanos when the first peer was asked
    public boolean goOn(NextUpstream cause, Sent sent, int triesLeft, long startNanos, long nowNanos) {
        return triesLeft > 0
                && cases.contains(cause)
                && sent != Sent.NOT_KEPT
                && (sent != Sent.NON_IDEMPOTENT || cases.contains(NextUpstream.NON_IDEMPOTENT))
                && (timeoutNanos == 0 || nowNanos - startNanos < timeoutNanos);
    }

    /// Whether a response is dropped, because of its status, in favour of another peer's. The last peer's is always taken.
    ///
    /// @param triesLeft with the present attempt, whose peer is still held
    public boolean passOver(int status, Sent sent, int triesLeft, long startNanos, long nowNanos) {
        NextUpstream cause = caseOf(status);
        return cause != null && goOn(cause, sent, triesLeft - 1, startNanos, nowNanos);
    }

    /// Whether a response that is passed over counts as its peer's failure: all do, but 403 and 404.
    public static boolean blames(int status) {
        return status != 403 && status != 404;
    }

    /// What the client is told when nobody else can be asked.
    public static int status(NextUpstream cause) {
        return switch (cause) {
            case TIMEOUT, HTTP_504 -> 504;
            case HTTP_500 -> 500;
            case HTTP_503 -> 503;
            case HTTP_403 -> 403;
            case HTTP_404 -> 404;
            case HTTP_429 -> 429;
            case ERROR, INVALID_HEADER, HTTP_502, NON_IDEMPOTENT -> 502;
        };
    }

    private static @Nullable NextUpstream caseOf(int status) {
        return switch (status) {
            case 500 -> NextUpstream.HTTP_500;
            case 502 -> NextUpstream.HTTP_502;
            case 503 -> NextUpstream.HTTP_503;
            case 504 -> NextUpstream.HTTP_504;
            case 403 -> NextUpstream.HTTP_403;
            case 404 -> NextUpstream.HTTP_404;
            case 429 -> NextUpstream.HTTP_429;
            default -> null;
        };
    }
}
