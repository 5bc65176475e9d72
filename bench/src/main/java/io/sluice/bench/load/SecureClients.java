package io.sluice.bench.load;

import javax.net.ssl.SSLException;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import org.jspecify.annotations.Nullable;

import io.sluice.transport.LoopThread;
import io.sluice.transport.SocketLoop;
import io.sluice.transport.StreamSocket;
import io.sluice.transport.channel.StreamChannel;
import io.sluice.transport.channel.StreamChannels;

/// What clients of TLS share. Confined to the load loop.
///
/// They are held to X25519, which every contender has: a client that offered more would have some of them compute another
/// key exchange than the others. They resume nothing, and take any certificate.
final class SecureClients {

    private final Connections connections;

    private final LoopThread thread;

    private final StreamChannels channels;

    private final SslContext context;

    SecureClients(Connections connections, LoopThread thread) {
        this.connections = connections;
        this.thread = thread;
        this.channels = new StreamChannels(thread, ByteBufAllocator.DEFAULT);
        try {
            this.context = SslContextBuilder.forClient()
                    .sslProvider(SslProvider.OPENSSL)
                    .protocols("TLSv1.3")
                    .option(OpenSslContextOption.GROUPS, new String[] {"X25519"})
                    .trustManager(InsecureTrustManagerFactory.INSTANCE)
                    .endpointIdentificationAlgorithm("")
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("BoringSSL makes no context for clients", e);
        }
    }

    Connections connections() {
        return connections;
    }

    LoadCounters counters() {
        return connections.counters();
    }

    /// A channel that connects, with TLS in its pipeline and nothing else, not registered yet; null, and counted as a failure,
    /// when there are no descriptors.
    @Nullable StreamChannel newChannel(Target target) {
        StreamSocket socket = connections.connect(StreamChannels.NOBODY, target);
        if (socket == null) {
            return null;
        }
        StreamChannel channel = channels.connecting(socket);
        channel.readLimit(SocketLoop.MAX_READ_BYTES);
        channel.pipeline().addLast(new SslHandler(context.newEngine(channel.alloc())));
        return channel;
    }

    void register(StreamChannel channel) {
        thread.register(channel).addListener(registered -> {
            if (!registered.isSuccess()) {
                counters().failed("the loop takes no channel: " + registered.cause());
            }
        });
    }
}
