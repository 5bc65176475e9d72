package io.sluice.http;

import io.netty.buffer.CompositeByteBuf;
import org.jspecify.annotations.Nullable;

import io.sluice.session.Side;
import io.sluice.tcp.RelayPair;
import io.sluice.transport.StreamSocket;

/// What follows a 101 with plain text on both sides: the pair leaves Netty and is relayed like any TCP session. Confined to its
/// worker's event loop.
///
/// Any byte in either direction re-arms the idle timer; the first end or error of a side ends the exchange, as in nginx.
/// Frames of WebSocket are not looked at here; who wants to, stands between [RelayPair] and its sockets.
final class Tunnel implements RelayPair.Owner {

    private final Exchange exchange;

    private final RelayPair pair;

    private final Listener listener;

    /// Who is told of the end.
    interface Listener {

        /// Bytes move.
        void onTunnelProgress();

        /// A side has ended or failed.
        ///
        /// @param errno 0: ended in order
        void onTunnelEnd(Side side, int errno);
    }

    private Tunnel(Exchange exchange, Listener listener, int bufferBytes) {
        this.exchange = exchange;
        this.listener = listener;
        this.pair = new RelayPair(exchange.resources(), this, bufferBytes, false);
    }

    /// Hands both sockets over, what was read already forwarded first.
    ///
    /// @param fromUpstream bytes behind the peer's head; null: none
    static Tunnel begin(
            Exchange exchange, UpstreamConnection connection, @Nullable CompositeByteBuf fromUpstream,
            Listener listener) {
        Tunnel tunnel = new Tunnel(
                exchange, listener, (int) exchange.settings().options().proxy().bufferSize().bytes());
        CompositeByteBuf fromDownstream = exchange.session().channel().alloc().compositeDirectBuffer();
        StreamSocket below = exchange.session().handOver(tunnel.pair, fromDownstream);
        StreamSocket above = connection.handOver(tunnel.pair);
        tunnel.pair.begin(below, above);
        if (fromUpstream != null) {
            tunnel.pair.forward(Side.UPSTREAM, fromUpstream);
        }
        tunnel.pair.forward(Side.DOWNSTREAM, fromDownstream);
        tunnel.pair.start();
        return tunnel;
    }

    /// Bytes received from a side since the tunnel began.
    long received(Side from) {
        return pair.received(from);
    }

    /// Bytes sent to a side since the tunnel began.
    long sent(Side to) {
        return pair.sent(to);
    }

    void close() {
        pair.close();
    }

    @Override
    public void onProgress() {
        listener.onTunnelProgress();
    }

    @Override
    public void onFinished(Side first) {
        listener.onTunnelEnd(first, 0);
    }

    @Override
    public void onFailed(Side side, int errno) {
        listener.onTunnelEnd(side, errno);
    }

    @Override
    public void onPairFault(Throwable fault) {
        exchange.onFault(fault);
    }
}
