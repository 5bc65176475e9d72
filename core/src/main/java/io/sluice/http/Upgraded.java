package io.sluice.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import org.jspecify.annotations.Nullable;

import io.sluice.config.model.LogLevel;
import io.sluice.log.TwoStepLogs;
import io.sluice.session.Failure;
import io.sluice.session.FailureKind;
import io.sluice.session.Outcome;
import io.sluice.session.Side;
import io.sluice.tcp.PipelineRelay;
import io.sluice.transport.channel.ErrnoException;
import io.sluice.transport.linux.Errno;

/// An exchange after its 101: collects what the peer had sent behind the head, then is the tunnel's owner. Confined to its
/// worker's event loop.
///
///     Upgraded upgraded = new Upgraded(exchange);
///     upgraded.collect(bytes);          // any number of times
///     upgraded.begin(...);              // the exchange ends with the tunnel, or leaves all to an UpgradedSession
final class Upgraded implements Tunnel.Listener, PipelineRelay.Owner {

    private final Exchange exchange;

    private @Nullable CompositeByteBuf behindHead;

    private @Nullable Tunnel plain;

    private @Nullable PipelineRelay piped;

    Upgraded(Exchange exchange) {
        this.exchange = exchange;
    }

    /// What came behind the head, this one's from now on.
    void collect(ByteBuf bytes) {
        CompositeByteBuf collected = behindHead;
        if (collected == null) {
            collected = exchange.session().channel().alloc().compositeDirectBuffer();
            behindHead = collected;
        }
        collected.addComponent(true, bytes);
    }

    /// How much of it there is.
    int collectedBytes() {
        return behindHead == null ? 0 : behindHead.readableBytes();
    }

    /// Begins to relay.
    ///
    /// @param tls a side is encrypted
    /// @param idleNanos `proxy_read_timeout`
    void begin(UpstreamConnection connection, PeerWalk walk, boolean tls, long idleNanos) {
        CompositeByteBuf first = behindHead;
        behindHead = null;
        TwoStepLogs logs = exchange.settings().upgradedLogs();
        HttpAttempt attempt = exchange.attempt();
        if (!tls && logs != null && attempt != null && attempt.before == null) {
            UpgradedSession.begin(exchange, logs, walk.leave(), idleNanos, attempt, connection, first);
            return;
        }
        // Any byte in either direction re-arms it, whatever nginx's documentation says.
        exchange.waitFor(Exchange.Waiting.UPSTREAM_READ, idleNanos);
        if (tls) {
            beginPiped(connection, first);
        } else {
            plain = Tunnel.begin(exchange, connection, first, this);
        }
    }

    /// The codecs leave the pipelines, what they had read is forwarded first.
    private void beginPiped(UpstreamConnection connection, @Nullable CompositeByteBuf first) {
        PipelineRelay relay = new PipelineRelay(exchange.session().channel(), connection.channel(), false, this);
        // Before anything that may fail within the call, and end it.
        piped = relay;
        connection.enterTunnel(relay.handler(Side.UPSTREAM));
        exchange.session().enterTunnel(relay.handler(Side.DOWNSTREAM));
        if (first != null) {
            relay.forward(Side.UPSTREAM, first);
        }
        relay.start();
    }

    @Override
    public void onProgress() {
        exchange.touch();
    }

    @Override
    public void onFinished(Side first) {
        onTunnelEnd(first, 0);
    }

    @Override
    public void onFailed(Side side, Throwable cause) {
        onTunnelEnd(side, cause instanceof ErrnoException failed ? failed.errno() : 0);
    }

    /// Bytes sent to the client since.
    long sentDown() {
        if (plain != null) {
            return plain.sent(Side.DOWNSTREAM);
        }
        return piped == null ? 0 : piped.sent(Side.DOWNSTREAM);
    }

    @Override
    public void onTunnelProgress() {
        exchange.touch();
    }

    @Override
    public void onTunnelEnd(Side side, int errno) {
        if (errno == 0) {
            exchange.end(new Outcome.Completed(side));
            return;
        }
        Messages.log(exchange, side == Side.DOWNSTREAM ? LogLevel.INFO : LogLevel.ERROR,
                () -> (side == Side.DOWNSTREAM ? "client" : "upstream") + " connection failed ("
                        + Errno.describe(errno) + ") while proxying upgraded connection");
        FailureKind kind = errno == Errno.ECONNRESET ? FailureKind.RESET : FailureKind.SOCKET_ERROR;
        exchange.end(new Outcome.Aborted(new Failure(kind, side, errno)));
    }

    /// Closes both sides, and gives back what was collected.
    void release() {
        if (plain != null) {
            plain.close();
            exchange.resources().connections().giveBack();
        }
        if (piped != null) {
            piped.close();
        }
        if (plain != null || piped != null) {
            exchange.session().onRelayEnd();
        }
        CompositeByteBuf first = behindHead;
        if (first != null) {
            behindHead = null;
            first.release();
        }
    }
}
