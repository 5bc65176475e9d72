package io.sluice.tcp;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

import io.sluice.config.model.LogLevel;
import io.sluice.config.model.SocketProtocol;
import io.sluice.metrics.Metric;
import io.sluice.network.ProxyHeader;
import io.sluice.session.Failure;
import io.sluice.session.FailureKind;
import io.sluice.session.Outcome;
import io.sluice.session.Side;
import io.sluice.session.Stage;
import io.sluice.stream.ProxyHeaderReader;
import io.sluice.stream.SessionMessages;
import io.sluice.stream.SessionResources;
import io.sluice.stream.StreamSession;
import io.sluice.stream.WorkerGeneration;
import io.sluice.tls.DownstreamTls;
import io.sluice.tls.TlsDetails;
import io.sluice.tls.TlsEvent;
import io.sluice.tls.TlsFailure;
import io.sluice.tls.UpstreamTls;
import io.sluice.transport.StreamSocket;
import io.sluice.transport.channel.StreamChannel;
import io.sluice.transport.linux.Errno;
import io.sluice.transport.linux.NativeMemory;
import io.sluice.transport.linux.SocketAddresses;
import io.sluice.upstream.Connector;
import io.sluice.upstream.Peer;

/// One proxied TCP connection that begins in pipelines: a side is TLS, or a PROXY protocol header comes first. Confined to its
/// worker's event loop.
///
/// With TLS the pair stays in a relay between pipelines; without, both sockets leave theirs for a relay of the kernel's means.
///
/// The client's handshake comes after limits and access rules, which are those of the address's default server, and before a
/// peer is chosen; the server that it names has the session from then on. A handshake with a peer is part of connecting.
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails shows as the end of the channel
final class PipelineSession extends StreamSession
        implements ClientPipelineEnd.Owner, UpstreamPipeline.Owner, PipelineRelay.Owner, RelayPair.Owner {

    private final TcpSite site;

    private final StreamChannel downstream;

    /// struct sockaddr; empty when the kernel did not tell.
    private final byte[] localAddress;

    private final ClientPipelineEnd front = new ClientPipelineEnd(this);

    private TcpServer server;

    private @Nullable StreamChannel upstream;

    private @Nullable UpstreamPipeline connecting;

    /// With TLS.
    private @Nullable PipelineRelay relay;

    /// Without.
    private @Nullable RelayPair pair;

    private @Nullable TlsDetails details;

    /// Bytes written by `return`, the only ones that no relay counts.
    private long returnedBytes;

    /// Bytes sent to the peer before those of the client.
    private int prefaceBytes;

    /// Whose TLS has broken: the other side must not take that for an end.
    private @Nullable Side broken;

    private PipelineSession(
            SessionResources resources, WorkerGeneration generation, TcpSite site, StreamChannel downstream,
            byte[] remoteAddress, byte[] localAddress) {
        super(resources, generation, site.defaultServer(), remoteAddress);
        this.site = site;
        this.server = site.defaultServer();
        this.downstream = downstream;
        this.localAddress = localAddress;
    }

    /// Begins a session with an accepted descriptor, which is the session's from now on.
    static void begin(
            SessionResources resources, WorkerGeneration generation, TcpSite site, int fd, long sockaddr, int length) {
        if (!resources.connections().take()) {
            resources.metrics().increment(Metric.ENDED_WORKER_CONNECTIONS);
            SessionMessages.connectionsExhausted(resources);
            resources.linux().close(fd);
            return;
        }
        byte[] remote = new byte[length];
        NativeMemory.get(sockaddr, remote, 0, length);
        byte[] local = localAddress(resources, fd);
        StreamChannel channel = resources.channels().adopt(fd);
        if (channel == null) {
            resources.connections().giveBack();
            resources.metrics().increment(Metric.ENDED_LOCAL_RESOURCES);
            resources.errors().log(LogLevel.ALERT, "the event loop cannot watch one more descriptor");
            return;
        }
        boolean begun = false;
        try {
            PipelineSession session = new PipelineSession(resources, generation, site, channel, remote, local);
            session.addHandlers(channel);
            resources.channels().register(channel);
            begun = true;
            session.begin();
        } finally {
            if (!begun) {
                close(channel, false);
                resources.connections().giveBack();
            }
        }
    }

    private static byte[] localAddress(SessionResources resources, int fd) {
        long memory = resources.loop().addressScratch();
        int length = resources.linux().socketName(fd, memory, SocketAddresses.MAX_BYTES);
        byte[] local = new byte[Math.max(0, length)];
        NativeMemory.get(memory, local, 0, local.length);
        return local;
    }

    private void addHandlers(StreamChannel channel) {
        configure(channel);
        if (site.proxyProtocol()) {
            channel.pipeline().addLast(new ProxyHeaderReader());
        }
        if (site.tls()) {
            Duration timeout = site.defaultServer().handshakeTimeout();
            channel.pipeline().addLast(new DownstreamTls(name -> site.names().find(name).tls(), timeout));
        }
        channel.pipeline().addLast(front);
    }

    private void configure(StreamChannel channel) {
        channel.config().setAutoRead(false);
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        channel.readLimit(server.bufferBytes());
    }

    // What comes before the session's own bytes.

    @Override
    protected void preface() {
        if (site.proxyProtocol()) {
            enter(Stage.READING_PROXY_HEADER);
            downstream.read();
        } else {
            admit();
        }
    }

    @Override
    public void onProxyHeader(ProxyHeader.Reading reading) {
        switch (reading) {
            case ProxyHeader.Complete complete -> {
                enter(Stage.ACCEPTED);
                speaksFor(complete.header());
                admit();
            }
            case ProxyHeader.Broken broken -> {
                SessionMessages.badHeader(this, broken.message());
                close(Outcome.Plain.BAD_HEADER);
            }
            case ProxyHeader.Incomplete _ -> {
                // Not an event.
            }
        }
    }

    @Override
    protected void prepare() {
        if (site.tls()) {
            enter(Stage.HANDSHAKING);
            downstream.read();
        } else {
            proceed();
        }
    }

    @Override
    public void onHandshake(TlsEvent event) {
        switch (event) {
            case TlsEvent.Established established -> onEstablished(established.details());
            case TlsEvent.PlainText _ -> {
                SessionMessages.handshakeFailed(this, "SSL_do_handshake() failed (the client does not speak TLS)");
                close(Outcome.Plain.HANDSHAKE_FAILED);
            }
            // An alert is on its way, and the end of the channel ends the session.
            case TlsEvent.Rejected rejected ->
                SessionMessages.handshakeFailed(this, "SSL handshake rejected for \"" + rejected.serverName() + "\"");
            case TlsEvent.Failed failed -> SessionMessages.handshakeFailed(this, failed.reason());
        }
    }

    private void onEstablished(TlsDetails told) {
        details = told;
        server = site.names().find(told.serverName());
        turnTo(server);
        switch (told.admission()) {
            case ADMITTED -> proceed();
            case BAD_CERTIFICATE -> {
                SessionMessages.handshakeFailed(this, "client SSL certificate verify error: " + told.verification());
                close(Outcome.Plain.HANDSHAKE_FAILED);
            }
            case NO_CERTIFICATE -> {
                SessionMessages.handshakeFailed(this, "client sent no required SSL certificate");
                close(Outcome.Plain.HANDSHAKE_FAILED);
            }
        }
    }

    @Override
    public boolean awaitsClient() {
        return stage() == Stage.READING_PROXY_HEADER || stage() == Stage.HANDSHAKING;
    }

    @Override
    public void onClientGone(int errno) {
        if (stage() == Stage.HANDSHAKING) {
            close(Outcome.Plain.HANDSHAKE_FAILED);
        } else {
            SessionMessages.downstreamGone(this, errno);
            close(Outcome.Plain.ABANDONED);
        }
    }

    @Override
    public void onPipelineFault(Throwable fault) {
        onFault(fault);
    }

    @Override
    protected @Nullable TlsDetails tls() {
        return details;
    }

    @Override
    protected void answer(byte[] text) {
        returnedBytes = text.length;
        awaitIdle();
        downstream.writeAndFlush(Unpooled.wrappedBuffer(text)).addListener(sent -> {
            if (sent.isSuccess()) {
                close(Outcome.Plain.RETURNED);
            }
        });
    }

    // Peers.

    @Override
    protected void connect(Peer peer) {
        Connector connector = resources().connector();
        StreamChannel channel = resources().channels().connect(
                connector, peer.address(), server.connectOptions(), server.source(this));
        if (channel == null) {
            resources().connections().giveBack();
            connectFailed(connector.call(), connector.errno());
            return;
        }
        upstream = channel;
        configure(channel);
        byte[] preface = upstreamPreface();
        prefaceBytes = preface.length;
        UpstreamTls tls = server.upstreamTls();
        Supplier<SslHandler> handler = tls == null
                ? null
                : () -> tls.newHandler(channel.alloc(), peer.name(), server.upstreamName(this, selected().group()));
        UpstreamPipeline making = new UpstreamPipeline(channel, preface, handler, this);
        connecting = making;
        enter(Stage.CONNECTING);
        resources().channels().register(channel);
        making.begin();
    }

    @Override
    public void onConnectFailed(int errno) {
        dropUpstream();
        connectFailed(Connector.CONNECT, errno);
    }

    @Override
    public void onHandshakeFailed(String reason) {
        dropUpstream();
        SessionMessages.upstreamHandshakeFailed(this, reason);
        attemptFailed(new Failure(FailureKind.HANDSHAKE_FAILED, Side.UPSTREAM, 0));
    }

    @Override
    public void onMakingFault(Throwable fault) {
        onFault(fault);
    }

    @Override
    public void onMade(StreamChannel channel) {
        connecting = null;
        selected().connected();
        try {
            if (site.tls() || server.upstreamTls() != null) {
                relayEncrypted(channel);
            } else {
                relayPlain(channel);
            }
        } catch (Throwable fault) {
            onFault(fault);
        }
    }

    private void relayEncrypted(StreamChannel channel) {
        PipelineRelay made = new PipelineRelay(downstream, channel, server.halfClose(), this);
        relay = made;
        downstream.pipeline().addLast(made.handler(Side.DOWNSTREAM));
        downstream.pipeline().remove(front);
        channel.pipeline().addLast(made.handler(Side.UPSTREAM));
        connected();
        front.handOver(bytes -> made.forward(Side.DOWNSTREAM, bytes), () -> made.end(Side.DOWNSTREAM));
        made.start();
    }

    private void relayPlain(StreamChannel channel) {
        RelayPair made = new RelayPair(resources(), this, server.bufferBytes(), server.halfClose());
        pair = made;
        downstream.pipeline().remove(front);
        StreamSocket below = downstream.release(made);
        try {
            made.begin(below, channel.release(made));
        } catch (IllegalStateException gone) {
            below.close();
            throw gone;
        }
        connected();
        front.handOver(bytes -> made.forward(Side.DOWNSTREAM, bytes), () -> made.end(Side.DOWNSTREAM));
        made.start();
    }

    private void connectFailed(String call, int errno) {
        SessionMessages.connectFailed(this, call, errno);
        attemptFailed(Connector.failure(call, errno));
    }

    @Override
    protected void onConnectTimeout() {
        SessionMessages.connectTimedOut(this);
        dropUpstream();
        attemptFailed(new Failure(FailureKind.CONNECT_TIMED_OUT, Side.UPSTREAM, Errno.ETIMEDOUT));
    }

    private void dropUpstream() {
        UpstreamPipeline making = connecting;
        if (making != null) {
            connecting = null;
            making.stop();
        }
        StreamChannel channel = upstream;
        if (channel != null) {
            upstream = null;
            close(channel, false);
            resources().connections().giveBack();
        }
    }

    // The relay.

    @Override
    public void onProgress() {
        touch();
    }

    @Override
    public void onFirstByte(Side from) {
        if (from == Side.UPSTREAM) {
            onFirstUpstreamByte();
        }
    }

    @Override
    public void onHalfClosed() {
        enter(Stage.HALF_CLOSED);
    }

    @Override
    public void onFinished(Side first) {
        close(new Outcome.Completed(first));
    }

    @Override
    public void onFailed(Side side, Throwable cause) {
        if (isClosed()) {
            return;
        }
        if (cause instanceof DecoderException) {
            broken = side;
            SessionMessages.tlsFailed(this, side, TlsFailure.reason(cause));
            close(new Outcome.Aborted(new Failure(FailureKind.SOCKET_ERROR, side, 0)));
        } else if (cause instanceof IOException) {
            onFailed(side, ClientPipelineEnd.errno(cause));
        } else {
            onFault(cause);
        }
    }

    @Override
    public void onFailed(Side side, int errno) {
        if (isClosed()) {
            return;
        }
        FailureKind kind =
                errno == Errno.ECONNRESET || errno == Errno.EPIPE ? FailureKind.RESET : FailureKind.SOCKET_ERROR;
        SessionMessages.socketFailed(this, side, errno);
        close(new Outcome.Aborted(new Failure(kind, side, errno)));
    }

    @Override
    public void onPairFault(Throwable fault) {
        onFault(fault);
    }

    @Override
    protected void onIdle() {
        SessionMessages.idle(this);
        close(Outcome.Plain.IDLE);
    }

    @Override
    protected void release(Outcome why) {
        resources().metrics().add(Metric.UPSTREAM_BYTES_SENT, sentTo(Side.UPSTREAM));
        resources().metrics().add(Metric.DOWNSTREAM_BYTES_SENT, sentTo(Side.DOWNSTREAM));
        PipelineRelay encrypted = relay;
        if (encrypted != null) {
            encrypted.stop();
            // A pair of sockets counts them as they come.
            resources().metrics().add(Metric.UPSTREAM_BYTES_RECEIVED, encrypted.received(Side.UPSTREAM));
            resources().metrics().add(Metric.DOWNSTREAM_BYTES_RECEIVED, encrypted.received(Side.DOWNSTREAM));
        }
        // A reset is passed on as a reset, as of plain sessions.
        boolean reset = why == Outcome.Plain.ABANDONED
                || (why instanceof Outcome.Aborted aborted && aborted.failure().kind() == FailureKind.RESET);
        front.release();
        if (connecting != null) {
            connecting.stop();
        }
        RelayPair plain = pair;
        if (plain != null && reset) {
            plain.reset();
        } else if (plain != null) {
            plain.close();
        }
        StreamChannel above = upstream;
        if (above != null) {
            close(above, reset || broken == Side.DOWNSTREAM);
            resources().connections().giveBack();
        }
        close(downstream, reset || broken == Side.UPSTREAM);
        resources().connections().giveBack();
    }

    /// One that a fault has kept from its loop has no pipeline to be closed through.
    private static void close(StreamChannel channel, boolean reset) {
        if (reset || !channel.isRegistered()) {
            channel.reset();
        } else {
            channel.close();
        }
    }

    @Override
    protected int storeLocalAddress(long memory) {
        NativeMemory.put(memory, localAddress, 0, localAddress.length);
        return localAddress.length == 0 ? -Errno.EBADF : localAddress.length;
    }

    @Override
    public SocketProtocol protocol() {
        return SocketProtocol.TCP;
    }

    private long receivedFrom(Side side) {
        return relay != null ? relay.received(side) : pair != null ? pair.received(side) : 0;
    }

    private long sentTo(Side side) {
        return relay != null ? relay.sent(side) : pair != null ? pair.sent(side) : 0;
    }

    @Override
    public long received() {
        return receivedFrom(Side.DOWNSTREAM);
    }

    @Override
    public long sent() {
        return returnedBytes + sentTo(Side.DOWNSTREAM);
    }

    @Override
    public long upstreamReceived() {
        return receivedFrom(Side.UPSTREAM);
    }

    @Override
    public long upstreamSent() {
        return upstream == null ? 0 : prefaceBytes + sentTo(Side.UPSTREAM);
    }
}
