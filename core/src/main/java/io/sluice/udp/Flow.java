package io.sluice.udp;

import org.jspecify.annotations.Nullable;

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
import io.sluice.transport.DatagramSocket;
import io.sluice.transport.linux.Errno;
import io.sluice.upstream.Connector;
import io.sluice.upstream.Peer;

/// One UDP client's datagrams and their answers, through a socket that is connected to the peer. Confined to the worker that
/// watches the listener, and moves to another one together with it.
///
/// As in nginx (ngx_stream_proxy_module.c) a flow is bound to its addresses until `proxy_requests` datagrams have come; it
/// goes on without, so that their answers still arrive, and ends
///
///     answered     once proxy_responses datagrams have answered each one from downstream
///     idle         after proxy_timeout without a datagram, and nothing that is missing
///     unanswered   the same while answers are missing: counted against the peer, 502
///     refused      the peer's host says that nobody listens (ICMP): counted against the peer, 502
///     evicted      for another flow, when there are as many as there may be
///
/// It holds no memory for datagrams, unless it waits for a name.
final class Flow extends StreamSession {

    /// What a flow counts in `worker_connections`, as in nginx.
    static final int CONNECTIONS = 2;

    private static final String WATCH = "epoll_ctl()";

    // Neighbours in [FlowList].
    @Nullable Flow olderFlow;

    @Nullable Flow newerFlow;

    boolean listed;

    /// Where [Uploads] gathers what it has for this flow; means something only while that says so too.
    int chain;

    private final UdpServer server;

    private final UdpListener listener;

    /// The address that the client sent to; null: the listener's own.
    private final byte @Nullable [] local;

    private @Nullable FlowSocket upstream;

    private @Nullable FlowRates rates;

    private @Nullable HeldDatagrams held;

    private long received;

    private long sent;

    private long upstreamReceived;

    private long upstreamSent;

    /// Datagrams from downstream.
    private int requests;

    /// Of these, lost before there was a peer: nobody answers them.
    private int lost;

    /// Datagrams from upstream.
    private int responses;

    /// The first datagram has been counted when the flow began, but not been relayed.
    private boolean firstPending = true;

    /// The client's next datagram comes to this flow.
    private boolean bound = true;

    /// The client has sent after an answer, so that it is where it says.
    private boolean assured;

    /// @param first bytes of the datagram that begins it
    Flow(
            SessionResources resources,
            WorkerGeneration generation,
            UdpServer server,
            UdpListener listener,
            byte[] remoteAddress,
            byte @Nullable [] local,
            int first) {
        super(resources, generation, server, remoteAddress);
        this.server = server;
        this.listener = listener;
        this.local = local;
        this.received = first;
        this.requests = 1;
    }

    /// Counts the flow, asks whether it is let in, chooses a peer. It may be closed when this returns.
    void start() {
        begin();
    }

    /// An event of its own has thrown: the flow ends, and nothing else.
    void fail(Throwable fault) {
        onFault(fault);
    }

    UdpListener listener() {
        return listener;
    }

    byte[] remote() {
        return remoteAddress();
    }

    byte @Nullable [] local() {
        return local;
    }

    boolean hasEnded() {
        return isClosed();
    }

    @Override
    protected void answer(byte[] text) {
        if (text.length > 0) {
            sent = listener.relay().sendNow(this, text);
        }
        close(Outcome.Plain.RETURNED);
    }

    @Override
    protected void connect(Peer peer) {
        Connector connector = resources().connector();
        // While it waited for a name it could be given up for others; it must not be for itself.
        listener.relay().unassured().remove(this);
        int fd = connector.connectDatagrams(peer.address(), server.connectOptions(), server.source(this));
        if (fd < 0 && isShortage(connector.errno()) && listener.relay().evictOldestConnected()) {
            fd = connector.connectDatagrams(peer.address(), server.connectOptions(), server.source(this));
        }
        if (fd < 0) {
            connectFailed(connector.call(), connector.errno());
            return;
        }
        FlowSocket socket = new FlowSocket(fd, this);
        int watched = resources().loop().watch(socket);
        if (watched < 0) {
            resources().linux().close(fd);
            connectFailed(WATCH, -watched);
            return;
        }
        upstream = socket;
        rates = FlowRates.of(server.uploadRate(this), server.downloadRate(this), this);
        listener.relay().unassured().add(this);
        connected();
        HeldDatagrams waiting = held;
        if (waiting != null) {
            held = null;
            listener.relay().sendHeld(this, socket, waiting);
        }
    }

    /// It may be given up for others already: nobody knows yet whether its client gets answers.
    @Override
    protected void onResolving() {
        listener.relay().unassured().add(this);
    }

    /// Whether it waits for a name, and has no peer yet.
    boolean isResolving() {
        return stage() == Stage.RESOLVING;
    }

    /// Keeps a message until there is a peer.
    ///
    /// @return false: it is lost
    boolean hold(long address, int length, int segmentBytes) {
        if (!isResolving()) {
            return false;
        }
        HeldDatagrams waiting = held;
        if (waiting == null) {
            waiting = new HeldDatagrams();
            held = waiting;
        }
        return waiting.add(address, length, segmentBytes);
    }

    /// Datagrams that [#onUpload] told of have been dropped here.
    void onLost(int datagrams) {
        lost += datagrams;
    }

    private static boolean isShortage(int errno) {
        return errno == Errno.EMFILE || errno == Errno.ENFILE || errno == Errno.ENOBUFS || errno == Errno.ENOMEM;
    }

    private void connectFailed(String call, int errno) {
        resources().connections().giveBack();
        SessionMessages.connectFailed(this, call, errno);
        attemptFailed(Connector.failure(call, errno));
    }

    @Override
    protected void onConnectTimeout() {
        throw new IllegalStateException("connecting a datagram socket waits for nobody");
    }

    /// How many of so many datagrams from the client are this flow's; the rest begins another one (`proxy_requests`).
    int admits(int datagrams) {
        int most = server.requests();
        if (most == 0) {
            return datagrams;
        }
        return Math.min(datagrams, most - requests + (firstPending ? 1 : 0));
    }

    /// Whether the datagrams, which are about to be passed on, are within `proxy_upload_rate`; otherwise they are lost, as in nginx.
    boolean allowsUpload(int bytes) {
        FlowRates limits = rates;
        if (limits == null || limits.allowsUpload(resources().clock().nanos(), firstPending ? 0 : received, bytes)) {
            return true;
        }
        resources().metrics().increment(Metric.DATAGRAMS_OVER_RATE);
        return false;
    }

    /// Datagrams of the client are about to be passed on.
    void onUpload(int datagrams, int bytes) {
        if (firstPending) {
            firstPending = false;
            requests += datagrams - 1;
            received = bytes;
        } else {
            requests += datagrams;
            received += bytes;
        }
        touch();
        if (!assured && responses > 0) {
            assured = true;
            listener.relay().unassured().remove(this);
        }
        if (server.requests() > 0 && requests >= server.requests() && bound) {
            unbind();
        }
    }

    /// What [#onUpload] told of has been given to the kernel.
    ///
    /// @param errno of the first datagram that could not be, 0: none
    void onUploaded(int bytes, int errno) {
        upstreamSent += bytes;
        resources().metrics().add(Metric.UPSTREAM_BYTES_SENT, bytes);
        if (errno != 0 && DatagramSocket.isRefusal(errno)) {
            onUpstreamError(errno);
        } else {
            endIfAnswered();
        }
    }

    private void unbind() {
        bound = false;
        listener.unbind(this);
    }

    /// There are answers, or an error: ICMP says that a datagram has not arrived.
    void onReadable(FlowSocket socket) {
        listener.relay().receive(this, socket);
    }

    /// How many of so many datagrams from upstream are passed on: the flow ends with the last one that is awaited.
    int awaits(int datagrams) {
        int each = server.responses();
        if (each == UdpServer.ANY_NUMBER || mayGetMoreRequests()) {
            return datagrams;
        }
        return (int) Math.min(datagrams, awaited() - responses);
    }

    /// Answers have been queued for the client.
    void onAnswers(int datagrams, int bytes) {
        if (responses == 0) {
            selected().connected();
            onFirstUpstreamByte();
        }
        responses += datagrams;
        upstreamReceived += bytes;
        sent += bytes;
        touch();
        FlowRates limits = rates;
        if (limits != null) {
            limits.onDownload(resources().clock().nanos(), upstreamReceived, bytes);
        }
        endIfAnswered();
    }

    /// A receive or a send says why datagrams do not arrive.
    void onUpstreamError(int errno) {
        if (isClosed()) {
            return;
        }
        SessionMessages.socketFailed(this, Side.UPSTREAM, errno);
        failPeer(new Failure(Connector.kindOfConnectFailure(errno), Side.UPSTREAM, errno));
    }

    private void failPeer(Failure failure) {
        selected().failed(resources().clock().nanos());
        close(new Outcome.NotConnected(failure));
    }

    private void endIfAnswered() {
        if (!isClosed() && !mayGetMoreRequests() && !isUnanswered() && server.responses() != UdpServer.ANY_NUMBER) {
            close(Outcome.Plain.ANSWERED);
        }
    }

    private boolean mayGetMoreRequests() {
        return server.requests() > 0 && requests < server.requests();
    }

    private boolean isUnanswered() {
        return server.responses() != UdpServer.ANY_NUMBER && responses < awaited();
    }

    /// Answers in all; not for [UdpServer#ANY_NUMBER].
    private long awaited() {
        return (long) server.responses() * (requests - lost);
    }

    @Override
    protected void onIdle() {
        FlowRates limits = rates;
        if (limits != null && limits.isWaiting()) {
            touch();
            awaitIdle();
        } else if (isUnanswered()) {
            SessionMessages.unanswered(this);
            failPeer(new Failure(FailureKind.UNANSWERED, Side.UPSTREAM, Errno.ETIMEDOUT));
        } else {
            close(Outcome.Plain.IDLE);
        }
    }

    /// `proxy_download_rate`: reads nothing for a while; datagrams wait in the socket's buffer.
    void pauseDownload() {
        FlowSocket socket = upstream;
        if (socket != null) {
            resources().loop().unwatch(socket);
        }
    }

    /// The while is over, which was no silence.
    void resumeDownload() {
        touch();
        watchUpstream();
    }

    private void watchUpstream() {
        FlowSocket socket = upstream;
        if (socket != null) {
            int watched = resources().loop().watch(socket);
            if (watched < 0) {
                close(new Outcome.Aborted(new Failure(FailureKind.SOCKET_ERROR, Side.UPSTREAM, -watched)));
            }
        }
    }

    @Override
    protected void release(Outcome why) {
        listener.relay().unassured().remove(this);
        FlowRates limits = rates;
        if (limits != null) {
            limits.cancel();
        }
        held = null;
        FlowSocket socket = upstream;
        if (socket != null) {
            upstream = null;
            resources().loop().close(socket);
            resources().connections().giveBack();
        }
        resources().connections().giveBack();
        if (bound) {
            unbind();
        }
        listener.onEnded(this);
    }

    /// The connected socket; null once the flow has ended.
    @Nullable FlowSocket upstream() {
        return upstream;
    }

    /// Lets go of the worker; [#join] follows on another one's thread.
    void leave() {
        listener.relay().unassured().remove(this);
        FlowSocket socket = upstream;
        if (socket != null) {
            resources().loop().unwatch(socket);
        }
        FlowRates limits = rates;
        if (limits != null) {
            limits.cancel();
        }
        resources().connections().count(-CONNECTIONS);
        leaveWorker();
    }

    /// Goes on with another worker.
    ///
    /// @param generation that worker's part of the generation that the flow began with
    void join(SessionResources resources, WorkerGeneration generation) {
        joinWorker(resources, generation);
        resources.connections().count(CONNECTIONS);
        if (!assured) {
            listener.relay().unassured().add(this);
        }
        watchUpstream();
    }

    /// The number of the generation that the flow began with.
    int generation() {
        return generationNumber();
    }

    @Override
    protected int storeLocalAddress(long memory) {
        return listener.storeLocalAddress(memory, local);
    }

    @Override
    public SocketProtocol protocol() {
        return SocketProtocol.UDP;
    }

    @Override
    public long datagramsReceived() {
        return requests;
    }

    @Override
    public long datagramsSent() {
        return responses;
    }

    @Override
    public long received() {
        return received;
    }

    @Override
    public long sent() {
        return sent;
    }

    @Override
    public long upstreamReceived() {
        return upstreamReceived;
    }

    @Override
    public long upstreamSent() {
        return upstreamSent;
    }
}
