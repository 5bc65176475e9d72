package io.sluice.tcp;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.Address;
import io.sluice.config.model.HttpServerConfig.ServerName;
import io.sluice.config.model.StreamServerConfig;
import io.sluice.config.model.StreamServerConfig.ProxyOptions;
import io.sluice.config.model.TlsClientConfig;
import io.sluice.config.model.TlsServerConfig;
import io.sluice.stream.StreamServer;
import io.sluice.stream.StreamSession;
import io.sluice.transport.SocketLoop;
import io.sluice.upstream.ConnectOptions;
import io.sluice.upstream.UpstreamGroup;
import io.sluice.variable.Template;

/// One `server {}` on one of its TCP or unix addresses, compiled. Immutable.
public final class TcpServer extends StreamServer {

    /// nginx's.
    private static final Duration DEFAULT_HANDSHAKE_TIMEOUT = Duration.ofSeconds(60);

    private final ConnectOptions connectOptions;

    private final int bufferBytes;

    private final boolean halfClose;

    private final List<ServerName> names;

    private final Duration handshakeTimeout;

    private final @Nullable Template upstreamName;

    /// Compiles a server.
    ///
    /// @param listen the address of the listener, as written in messages
    public TcpServer(StreamServerConfig config, Address listen, Parts parts) {
        super(config, listen, parts);
        ProxyOptions proxy = config.proxy();
        this.connectOptions = new ConnectOptions(
                config.tcpNodelay(),
                proxy.socketKeepAlive(),
                proxy.receiveBuffer().orElse(0),
                proxy.sendBuffer().orElse(0));
        this.bufferBytes = (int) Math.min(proxy.bufferSize().bytes(), SocketLoop.MAX_READ_BYTES);
        this.halfClose = proxy.halfClose();
        this.names = config.names();
        this.handshakeTimeout = config.tls().map(TlsServerConfig::handshakeTimeout).orElse(DEFAULT_HANDSHAKE_TIMEOUT);
        this.upstreamName = config.upstreamTls()
                .flatMap(TlsClientConfig::name)
                .map(parts.variables()::compile)
                .orElse(null);
    }

    /// `tcp_nodelay`, of both sides.
    public boolean tcpNodelay() {
        return connectOptions.noDelay();
    }

    ConnectOptions connectOptions() {
        return connectOptions;
    }

    int bufferBytes() {
        return bufferBytes;
    }

    boolean halfClose() {
        return halfClose;
    }

    /// `server_name`.
    List<ServerName> names() {
        return names;
    }

    /// `ssl_handshake_timeout`.
    Duration handshakeTimeout() {
        return handshakeTimeout;
    }

    /// Whom a peer's certificate has to be of: `proxy_ssl_name`, or the host of `proxy_pass`; without a port.
    String upstreamName(StreamSession session, UpstreamGroup group) {
        String name = upstreamName == null ? group.name() : upstreamName.evaluate(session);
        int colon = name.indexOf(':', name.startsWith("[") ? Math.max(0, name.indexOf(']')) : 0);
        return colon < 0 || name.startsWith("unix:") ? name : name.substring(0, colon);
    }
}
