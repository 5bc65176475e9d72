package io.sluice.tcp;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.LogLevel;
import io.sluice.config.model.SocketProtocol;
import io.sluice.metrics.Metric;
import io.sluice.session.Failure;
import io.sluice.session.FailureKind;
import io.sluice.session.Outcome;
import io.sluice.session.Side;
import io.sluice.session.Stage;
import io.sluice.stream.SessionMessages;
import io.sluice.stream.SessionResources;
import io.sluice.stream.StreamSession;
import io.sluice.stream.WorkerGeneration;
import io.sluice.transport.StreamHandler;
import io.sluice.transport.StreamSocket;
import io.sluice.transport.linux.Errno;
import io.sluice.transport.linux.NativeMemory;
import io.sluice.transport.linux.SocketAddresses;
import io.sluice.upstream.Connector;
import io.sluice.upstream.Peer;

/// One proxied TCP connection: two sockets, and the relay between them. Confined to its worker's event loop.
final class TcpSession extends StreamSession implements StreamHandler, RelayOwner {

    private final TcpServer server;

    private final StreamSocket downstream;

    private @Nullable StreamSocket upstream;

    private @Nullable RelayDirection upload;

    private @Nullable RelayDirection download;

    /// Bytes written by `return`, the only ones that no relay counts.
    private int returnedBytes;

    /// Bytes sent to the peer before those of the client.
    private int prefaceBytes;

    private TcpSession(
            SessionResources resources,
            WorkerGeneration generation,
            TcpServer server,
            StreamSocket downstream,
            byte[] remoteAddress) {
        super(resources, generation, server, remoteAddress);
        this.server = server;
        this.downstream = downstream;
    }

    /// Begins a session with an accepted descriptor, which is the session's from now on.
    static void begin(
            SessionResources resources,
            WorkerGeneration generation,
            TcpServer server,
            int fd,
            long sockaddr,
            int length) {
        if (!resources.connections().take()) {
            resources.metrics().increment(Metric.ENDED_WORKER_CONNECTIONS);
            SessionMessages.connectionsExhausted(resources);
            resources.linux().close(fd);
            return;
        }
        StreamSocket socket = resources.loop().adopt(fd);
        if (socket == null) {
            resources.connections().giveBack();
            resources.metrics().increment(Metric.ENDED_LOCAL_RESOURCES);
            resources.errors().log(LogLevel.ALERT, "the event loop cannot watch one more descriptor");
            return;
        }
        boolean begun = false;
        try {
            byte[] remote = new byte[length];
            NativeMemory.get(sockaddr, remote, 0, length);
            TcpSession session = new TcpSession(resources, generation, server, socket, remote);
            socket.handler(session);
            begun = true;
            session.begin();
        } finally {
            if (!begun) {
                socket.close();
                resources.connections().giveBack();
            }
        }
    }

    @Override
    protected void answer(byte[] text) {
        returnedBytes = text.length;
        long memory = resources().loop().scratch();
        NativeMemory.put(memory, text, 0, text.length);
        if (text.length == 0 || (downstream.send(memory, text.length) && !downstream.hasUnsent())) {
            close(Outcome.Plain.RETURNED);
        } else {
            awaitIdle();
            downstream.awaitWritable();
        }
    }

    @Override
    protected void connect(Peer peer) {
        Connector connector = resources().connector();
        StreamSocket socket = connector.connect(peer.address(), server.connectOptions(), server.source(this), this);
        if (socket == null) {
            resources().connections().giveBack();
            connectFailed(connector.call(), connector.errno());
            return;
        }
        upstream = socket;
        enter(Stage.CONNECTING);
    }

    @Override
    public void onConnected(StreamSocket socket, int errno) {
        if (errno != 0) {
            dropUpstream();
            connectFailed(Connector.CONNECT, errno);
            return;
        }
        selected().connected();
        RelayDirection up = new RelayDirection(this, Side.DOWNSTREAM, downstream, socket, server.bufferBytes());
        RelayDirection down = new RelayDirection(this, Side.UPSTREAM, socket, downstream, server.bufferBytes());
        upload = up;
        download = down;
        connected();
        sendPreface(socket);
        if (socket.hasUnsent()) {
            socket.awaitWritable();
        } else {
            up.start();
        }
        down.start();
    }

    private void sendPreface(StreamSocket socket) {
        byte[] preface = upstreamPreface();
        if (preface.length > 0) {
            prefaceBytes = preface.length;
            long memory = resources().loop().scratch();
            NativeMemory.put(memory, preface, 0, preface.length);
            socket.send(memory, preface.length);
        }
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
        StreamSocket socket = upstream;
        if (socket != null) {
            upstream = null;
            socket.close();
            resources().connections().giveBack();
        }
    }

    @Override
    public void onBytes(StreamSocket socket, long address, int length) {
        directionFrom(socket).onBytes(address, length);
    }

    @Override
    public void onReadable(StreamSocket socket) {
        directionFrom(socket).onReadable();
    }

    @Override
    public void onEnd(StreamSocket socket) {
        directionFrom(socket).onEnd();
    }

    @Override
    public void onWritable(StreamSocket socket) {
        touch();
        if (upload == null || download == null) {
            close(Outcome.Plain.RETURNED);
        } else {
            (socket == downstream ? download : upload).onWritable();
        }
    }

    @Override
    public void onError(StreamSocket socket, int errno) {
        if (isClosed()) {
            return;
        }
        Side side = socket == downstream ? Side.DOWNSTREAM : Side.UPSTREAM;
        if (stage() == Stage.CONNECTING || stage() == Stage.RESOLVING || stage() == Stage.ACCEPTED) {
            SessionMessages.downstreamGone(this, errno);
            close(Outcome.Plain.ABANDONED);
            return;
        }
        FailureKind kind =
                errno == Errno.ECONNRESET || errno == Errno.EPIPE ? FailureKind.RESET : FailureKind.SOCKET_ERROR;
        SessionMessages.socketFailed(this, side, errno);
        close(new Outcome.Aborted(new Failure(kind, side, errno)));
    }

    @Override
    public void onFault(StreamSocket socket, Throwable fault) {
        onFault(fault);
    }

    /// A direction has passed on everything its source sent before FIN.
    @Override
    public void onDirectionFinished(RelayDirection direction, StreamSocket sink) {
        RelayDirection up = upload;
        RelayDirection down = download;
        boolean both = up != null && down != null && up.isFinished() && down.isFinished();
        if (!server.halfClose() || both) {
            RelayDirection other = direction == up ? down : up;
            Side first = both && server.halfClose() && other != null ? other.from() : direction.from();
            close(new Outcome.Completed(first));
            return;
        }
        enter(Stage.HALF_CLOSED);
        sink.shutdownOutput();
    }

    /// A direction relays its first byte.
    @Override
    public void onFirstByte(Side from) {
        if (from == Side.UPSTREAM) {
            onFirstUpstreamByte();
        }
    }

    /// A direction relays bytes.
    @Override
    public void onProgress() {
        touch();
    }

    @Override
    protected void onIdle() {
        SessionMessages.idle(this);
        close(Outcome.Plain.IDLE);
    }

    @Override
    protected void release(Outcome why) {
        RelayDirection up = upload;
        RelayDirection down = download;
        try {
            if (up != null && down != null) {
                resources().metrics().add(Metric.UPSTREAM_BYTES_SENT, up.sent());
                resources().metrics().add(Metric.DOWNSTREAM_BYTES_SENT, down.sent());
                up.release();
                down.release();
            }
        } finally {
            closeSockets(why);
        }
    }

    /// A reset is passed on as a reset: who is on the other side must not take half a stream for the whole. A peer may
    /// have accepted before this side knows, so one that comes while connecting is passed on too.
    private void closeSockets(Outcome why) {
        boolean reset = why == Outcome.Plain.ABANDONED
                || (why instanceof Outcome.Aborted aborted && aborted.failure().kind() == FailureKind.RESET);
        StreamSocket up = upstream;
        if (up != null) {
            if (reset) {
                up.reset();
            } else {
                up.close();
            }
            resources().connections().giveBack();
        }
        if (reset) {
            downstream.reset();
        } else {
            downstream.close();
        }
        resources().connections().giveBack();
    }

    private RelayDirection directionFrom(StreamSocket socket) {
        RelayDirection direction = socket == downstream ? upload : download;
        if (direction == null) {
            throw new IllegalStateException("bytes in stage " + stage());
        }
        return direction;
    }

    /// Asked of the kernel when it is wanted: a wildcard listener does not know it, and few configurations want it.
    @Override
    protected int storeLocalAddress(long memory) {
        return resources().linux().socketName(downstream.fd(), memory, SocketAddresses.MAX_BYTES);
    }

    @Override
    public SocketProtocol protocol() {
        return SocketProtocol.TCP;
    }

    @Override
    public long received() {
        return upload == null ? 0 : upload.received();
    }

    @Override
    public long sent() {
        return download == null ? returnedBytes : download.sent();
    }

    @Override
    public long upstreamReceived() {
        return download == null ? 0 : download.received();
    }

    @Override
    public long upstreamSent() {
        return upload == null ? 0 : prefaceBytes + upload.sent();
    }
}
