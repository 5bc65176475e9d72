package io.sluice.tcp;

import io.sluice.config.model.Address;
import io.sluice.config.model.StreamServerConfig;
import io.sluice.config.model.StreamServerConfig.ProxyOptions;
import io.sluice.stream.SessionResources;
import io.sluice.stream.StreamServer;
import io.sluice.stream.WorkerGeneration;
import io.sluice.transport.SocketLoop;
import io.sluice.upstream.ConnectOptions;

/// One `server {}` on one of its TCP or unix addresses, compiled. Immutable.
public final class TcpServer extends StreamServer {

    private final ConnectOptions connectOptions;

    private final int bufferBytes;

    private final boolean halfClose;

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
    }

    /// Takes over an accepted descriptor: the beginning of a session.
    ///
    /// @param sockaddr the peer's address, `length` bytes, read before this returns
    public void accept(SessionResources resources, WorkerGeneration generation, int fd, long sockaddr, int length) {
        TcpSession.begin(resources, generation, this, fd, sockaddr, length);
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
}
