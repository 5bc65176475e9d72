package io.sluice.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

import io.netty.handler.ssl.SslContext;

import io.sluice.transport.LoopThread;
import io.sluice.transport.Transport;

/// Upstreams for loads from elsewhere, each on all of some event loops. Thread-safe: for the one who starts it.
///
///     try (UpstreamServer server = UpstreamServer.start(Transport.EPOLL, 2)) {
///         InetSocketAddress address = server.listen(UpstreamKind.ECHO, new InetSocketAddress("127.0.0.1", 0));
///         ...
///     }
public final class UpstreamServer implements AutoCloseable {

    private final List<LoadLoop> loops = new ArrayList<>();

    private final List<Runnable> closers = new ArrayList<>();

    private UpstreamServer() {}

    /// Starts the loops.
    ///
    /// @throws IOException when the kernel refuses
    public static UpstreamServer start(Transport transport, int threads) throws IOException {
        UpstreamServer server = new UpstreamServer();
        for (int i = 0; i < threads; i++) {
            server.loops.add(LoadLoop.start(transport, "upstream " + i));
        }
        return server;
    }

    /// Has the loops listen.
    ///
    /// @param address its port may be 0: any
    /// @return the address, with its port
    /// @throws IOException when the kernel refuses
    public InetSocketAddress listen(UpstreamKind kind, InetSocketAddress address) throws IOException {
        if (kind == UpstreamKind.SECURE) {
            throw new IllegalArgumentException("needs a certificate");
        }
        return listenOnAll(address, (thread, at) -> open(kind, thread, at));
    }

    /// Has the loops listen for TLS ([UpstreamKind#SECURE]).
    ///
    /// @param context of a server
    /// @return the address, with its port
    /// @throws IOException when the kernel refuses
    public InetSocketAddress listenSecurely(SslContext context, InetSocketAddress address) throws IOException {
        return listenOnAll(address, (thread, at) -> {
            SecureUpstream upstream = new SecureUpstream(thread, at, context);
            return new Opened(upstream.port(), upstream::close);
        });
    }

    private InetSocketAddress listenOnAll(InetSocketAddress address, Opener opener) throws IOException {
        InetSocketAddress bound = address;
        for (LoadLoop loop : loops) {
            ListenAddress at = new ListenAddress(bound, loop != loops.getFirst());
            Opened opened = loop.callChecked(() -> opener.open(loop.thread(), at));
            closers.add(() -> loop.run(opened.close()));
            bound = new InetSocketAddress(address.getAddress(), opened.port());
        }
        return bound;
    }

    private static Opened open(UpstreamKind kind, LoopThread thread, ListenAddress at) throws IOException {
        return switch (kind) {
            case ECHO -> opened(new EchoUpstream(thread.sockets(), at));
            case SOURCE -> opened(new SourceUpstream(thread.sockets(), at));
            case ONCE -> opened(new OnceUpstream(thread.sockets(), at));
            case WEB -> opened(new WebUpstream(thread.sockets(), at));
            case DATAGRAMS -> {
                DatagramUpstream upstream = new DatagramUpstream(thread.sockets(), at, new LoadCounters());
                yield new Opened(upstream.port(), upstream::close);
            }
            case SECURE -> throw new IllegalArgumentException("needs a certificate");
        };
    }

    private static Opened opened(Upstream upstream) {
        return new Opened(upstream.port(), upstream::close);
    }

    /// Closes everything.
    @Override
    public void close() {
        closers.forEach(Runnable::run);
        loops.forEach(LoadLoop::close);
    }

    private interface Opener {
        Opened open(LoopThread thread, ListenAddress at) throws IOException;
    }

    /// One loop's part of an upstream. Immutable.
    private record Opened(int port, Runnable close) {}
}
