package io.sluice.http;

import io.netty.channel.ChannelFuture;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

import io.sluice.stream.SourceAddress;
import io.sluice.tls.TlsFailure;
import io.sluice.tls.UpstreamTls;
import io.sluice.transport.channel.ErrnoException;
import io.sluice.transport.channel.StreamChannel;
import io.sluice.transport.linux.Errno;
import io.sluice.upstream.Connector;
import io.sluice.upstream.KeptConnection;
import io.sluice.upstream.Peer;

/// Makes connections to peers, TLS included. Confined to its worker's event loop.
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails shows as the end of the channel
final class UpstreamConnector {

    private final WorkerHttp worker;

    UpstreamConnector(WorkerHttp worker) {
        this.worker = worker;
    }

    /// A connection that is being made.
    static final class Connecting {

        private final UpstreamConnection connection;

        private boolean cancelled;

        private Connecting(UpstreamConnection connection) {
            this.connection = connection;
        }

        /// Nobody wants it any more.
        void cancel() {
            cancelled = true;
            connection.close();
        }
    }

    /// Begins to connect; [Proxying#onConnected] or [Proxying#onConnectFailed] follows, within the call when it fails at once.
    @Nullable Connecting connect(Exchange exchange, ProxyPlan plan, ProxyTarget target, Peer peer, Proxying user) {
        if (!worker.resources().connections().take()) {
            user.onConnectFailed(
                    worker.resources().connections().limit() + " worker_connections are not enough", false, false);
            return null;
        }
        Connector connector = worker.resources().connector();
        SourceAddress source = plan.source();
        StreamChannel channel = worker.resources().channels().connect(
                connector, peer.address(), plan.connectOptions(),
                source == null ? null : source.evaluate(exchange, exchange.settings().errors(), exchange.number()));
        if (channel == null) {
            worker.resources().connections().giveBack();
            boolean ofPeer = connector.call().equals(Connector.CONNECT);
            user.onConnectFailed(
                    connector.call() + " failed (" + Errno.describe(connector.errno()) + ")", false, ofPeer);
            return null;
        }
        UpstreamConnection connection = new UpstreamConnection(
                channel, peer, () -> worker.resources().connections().giveBack());
        connection.kept(new KeptConnection<>(connection, peer.address(), target.identity(), exchange.now()));
        Connecting connecting = new Connecting(connection);
        worker.resources().channels().register(channel);
        ChannelFuture connected = channel.connectFuture();
        UpstreamTls tls = target.tls();
        if (tls == null) {
            connection.addHandlers();
            connected.addListener(done -> onDone(connecting, user, done.cause(), null));
        } else {
            SslHandler handler = tls.newHandler(channel.alloc(), peer.name(), target.tlsName());
            handler.setHandshakeTimeoutMillis(0);
            channel.pipeline().addLast(handler);
            connection.addHandlers();
            connected.addListener(done -> {
                if (done.isSuccess()) {
                    channel.read();
                } else {
                    onDone(connecting, user, done.cause(), null);
                }
            });
            handler.handshakeFuture().addListener(done -> {
                Throwable cause = done.cause();
                if (connected.isSuccess()) {
                    onDone(connecting, user, cause, cause == null ? null : TlsFailure.reason(cause));
                }
            });
        }
        return connecting;
    }

    private static void onDone(
            Connecting connecting, Proxying user, @Nullable Throwable cause, @Nullable String handshakeFailure) {
        if (connecting.cancelled) {
            return;
        }
        if (cause == null) {
            user.onConnected(connecting.connection);
            return;
        }
        connecting.cancelled = true;
        connecting.connection.close();
        if (handshakeFailure != null) {
            user.onConnectFailed("SSL handshake with upstream failed: " + handshakeFailure, false, true);
        } else if (cause instanceof ErrnoException failed) {
            user.onConnectFailed(String.valueOf(failed.getMessage()), false, true);
        } else {
            user.onConnectFailed("the connection was closed", false, true);
        }
    }
}
