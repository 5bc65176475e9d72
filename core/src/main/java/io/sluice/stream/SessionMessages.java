package io.sluice.stream;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.LogLevel;
import io.sluice.config.model.SocketProtocol;
import io.sluice.resolve.LookupError;
import io.sluice.resolve.Question;
import io.sluice.session.ErrorSink;
import io.sluice.session.InternalFault;
import io.sluice.session.Outcome;
import io.sluice.session.Side;
import io.sluice.session.Stage;
import io.sluice.transport.linux.Errno;

/// What sessions tell the error log, in nginx's words: the message, what the session was doing, both addresses, the bytes
/// so far. Thread-safe: no state; formats only what a log admits.
public final class SessionMessages {

    private SessionMessages() {}

    static void accepted(StreamSession session) {
        ErrorSink errors = session.server().errors();
        if (errors.admits(LogLevel.INFO)) {
            errors.log(LogLevel.INFO, session.number(),
                    protocol(session) + "client " + SessionVariables.remote(session) + " connected to " + session.server().listen());
        }
    }

    public static void connectionsExhausted(SessionResources resources) {
        resources.errors().log(LogLevel.ALERT, resources.connections().limit() + " worker_connections are not enough");
    }

    static void forbidden(StreamSession session) {
        log(session, LogLevel.ERROR, () -> "access forbidden by rule");
    }

    static void limited(StreamSession session, LogLevel level, String message) {
        log(session, level, () -> message);
    }

    static void keyTooLong(StreamSession session, String key) {
        log(session, LogLevel.ERROR, () -> "the value of the limit_conn key is more than 255 bytes: \"" + key + "\"");
    }

    /// @param fault in nginx's words; empty: there is no target at all
    static void badTarget(StreamSession session, String target, String fault) {
        log(session, LogLevel.ERROR, () -> target.isEmpty()
                ? "the proxy_pass target is empty"
                : fault + " in upstream \"" + target + "\"");
    }

    static void noResolver(StreamSession session, String name) {
        log(session, LogLevel.ERROR, () -> "no resolver defined to resolve " + name);
    }

    static void unresolved(StreamSession session, LookupError error, Question question) {
        log(session, LogLevel.ERROR, () -> error.message(question));
    }

    static void noLivePeer(StreamSession session) {
        logWhile(session, LogLevel.ERROR, Stage.CONNECTING, "no live upstreams");
    }

    public static void connectFailed(StreamSession session, String call, int errno) {
        logWhile(session, LogLevel.ERROR, Stage.CONNECTING, call + " failed (" + Errno.describe(errno) + ")");
    }

    public static void connectTimedOut(StreamSession session) {
        logWhile(session, LogLevel.ERROR, Stage.CONNECTING,
                "upstream timed out (" + Errno.describe(Errno.ETIMEDOUT) + ")");
    }

    static void connected(StreamSession session) {
        Attempt attempt = session.attempt();
        if (attempt != null) {
            log(session, LogLevel.INFO, () -> protocol(session) + "proxy connected to " + attempt.address);
        }
    }

    public static void downstreamGone(StreamSession session, int errno) {
        log(session, LogLevel.INFO, () -> "client went away (" + Errno.describe(errno) + ")" + doing(session.stage()));
    }

    public static void socketFailed(StreamSession session, Side side, int errno) {
        log(session, side == Side.DOWNSTREAM ? LogLevel.INFO : LogLevel.ERROR, () ->
                (side == Side.DOWNSTREAM ? "client" : "upstream") + " connection failed (" + Errno.describe(errno) + ")"
                        + doing(session.stage()));
    }

    /// What the session was waiting for did not come in time.
    static void timedOut(StreamSession session) {
        logWhile(session, LogLevel.INFO, session.stage(),
                "client timed out (" + Errno.describe(Errno.ETIMEDOUT) + ")");
    }

    /// A connection does not begin with a PROXY protocol header.
    public static void badHeader(StreamSession session, String message) {
        logWhile(session, LogLevel.ERROR, Stage.READING_PROXY_HEADER, message);
    }

    /// The client's handshake has failed, or has not told what it should.
    public static void handshakeFailed(StreamSession session, String reason) {
        logWhile(session, LogLevel.INFO, Stage.HANDSHAKING, reason);
    }

    public static void upstreamHandshakeFailed(StreamSession session, String reason) {
        log(session, LogLevel.ERROR, () -> reason + doing(Stage.HANDSHAKING) + " to upstream");
    }

    /// What came was no TLS, after the handshake.
    public static void tlsFailed(StreamSession session, Side side, String reason) {
        log(session, side == Side.DOWNSTREAM ? LogLevel.INFO : LogLevel.ERROR, () ->
                (side == Side.DOWNSTREAM ? "client" : "upstream") + " connection failed (" + reason + ")"
                        + doing(session.stage()));
    }

    static void faulted(StreamSession session, InternalFault fault) {
        try {
            log(session, fault.level(), () -> fault + doing(session.stage()));
        } catch (Throwable _) {
            // The session's own particulars may be what fails.
            session.resources().errors().log(fault.level(), session.number(), fault.toString());
        }
    }

    public static void idle(StreamSession session) {
        log(session, LogLevel.INFO, () ->
                "connection timed out (" + Errno.describe(Errno.ETIMEDOUT) + ")" + doing(session.stage()));
    }

    /// `proxy_timeout` has passed, and answers are missing.
    public static void unanswered(StreamSession session) {
        logWhile(session, LogLevel.ERROR, session.stage(),
                "upstream timed out (" + Errno.describe(Errno.ETIMEDOUT) + ")");
    }

    private static String packets(StreamSession session) {
        return ", packets from/to client:" + session.datagramsReceived() + "/" + session.datagramsSent();
    }

    private static boolean isUdp(StreamSession session) {
        return session.protocol() == SocketProtocol.UDP;
    }

    private static String protocol(StreamSession session) {
        return isUdp(session) ? "udp " : "";
    }

    /// The one line about the end; what failed has been told before.
    static void ended(StreamSession session) {
        Outcome outcome = session.outcome();
        log(session, LogLevel.INFO, () -> switch (outcome) {
            case Outcome.Completed completed ->
                completed.first() == Side.DOWNSTREAM ? "client disconnected" : "upstream disconnected";
            case Outcome.Plain plain when plain == Outcome.Plain.ANSWERED -> "udp done" + packets(session);
            case Outcome.Plain plain when plain == Outcome.Plain.IDLE && isUdp(session) -> "udp timed out" + packets(session);
            case null, default -> "session ended: " + (outcome == null ? "" : outcome.label());
        });
    }

    private static void logWhile(StreamSession session, LogLevel level, Stage stage, String message) {
        log(session, level, () -> message + doing(stage));
    }

    private static String doing(Stage stage) {
        return " while " + stage.activity();
    }

    private static void log(StreamSession session, LogLevel level, Supplier<String> message) {
        ErrorSink errors = session.server().errors();
        if (!errors.admits(level)) {
            return;
        }
        StringBuilder line = new StringBuilder(message.get());
        line.append(", client: ").append(SessionVariables.remoteHost(session));
        line.append(", server: ").append(session.server().listen());
        Attempt attempt = session.attempt();
        if (attempt != null) {
            line.append(", upstream: \"").append(attempt.address).append('"');
        }
        line.append(", bytes from/to client:").append(session.received()).append('/').append(session.sent());
        appendUpstreamBytes(session, attempt, line);
        errors.log(level, session.number(), line.toString());
    }

    private static void appendUpstreamBytes(StreamSession session, @Nullable Attempt attempt, StringBuilder line) {
        if (attempt != null) {
            line.append(", bytes from/to upstream:")
                    .append(session.upstreamReceived())
                    .append('/')
                    .append(session.upstreamSent());
        }
    }
}
