package io.sluice.tcp;

import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.LogLevel;
import io.sluice.metrics.Latency;
import io.sluice.metrics.Metric;
import io.sluice.route.AccessRules;
import io.sluice.route.SessionLimits;
import io.sluice.session.Failure;
import io.sluice.session.FailureKind;
import io.sluice.session.Outcome;
import io.sluice.session.Side;
import io.sluice.session.Stage;
import io.sluice.session.StreamVariable;
import io.sluice.time.Timer;
import io.sluice.transport.StreamHandler;
import io.sluice.transport.StreamSocket;
import io.sluice.transport.linux.Errno;
import io.sluice.transport.linux.LinuxConstants;
import io.sluice.transport.linux.NativeMemory;
import io.sluice.transport.linux.SocketAddresses;
import io.sluice.upstream.Balancer;
import io.sluice.upstream.Connector;
import io.sluice.upstream.Peer;
import io.sluice.upstream.Selection;
import io.sluice.variable.SetVariable;
import io.sluice.variable.VariableSource;
import io.sluice.variable.VariableValues;

/// The life of one proxied TCP connection. Confined to its worker's event loop.
///
///     ACCEPTED --- set, limits, access ---> SELECTING ---> CONNECTING ---> RELAYING ---> HALF_CLOSED
///        |                                     ^  |            |              |              |
///        +-- return                            |  |            | failed,      |              |
///        |                                     +--+------------+ peers left   |              |
///        v                                        v            v              v              v
///     CLOSED <------------------------------------+------------+--------------+--------------+
///
/// Every change goes through [#enter], every end through [#close]. The session is its own timer: while connecting it
/// waits for the connect timeout; while relaying, a byte only stores the time, and the timer looks at it when it fires.
final class TcpSession extends Timer implements StreamHandler, VariableSource {

    /// Neighbours in [WorkerGeneration].
    @Nullable TcpSession previousSession;

    @Nullable TcpSession nextSession;

    private final SessionResources resources;

    private final WorkerGeneration generation;

    private final TcpServer server;

    private final long number;

    private final long acceptedNanos;

    /// struct sockaddr as accept4(2) gave it.
    private final byte[] remoteAddress;

    private final StreamSocket downstream;

    private Stage stage = Stage.ACCEPTED;

    private @Nullable StreamSocket upstream;

    private @Nullable Selection selection;

    private @Nullable Attempt attempt;

    private @Nullable RelayDirection upload;

    private @Nullable RelayDirection download;

    private SessionLimits.@Nullable Admitted places;

    private LimitStatus limitStatus = LimitStatus.NONE;

    private @Nullable VariableValues values;

    private @Nullable Outcome outcome;

    /// The last time a byte moved, in either direction.
    private long activeNanos;

    /// Bytes written by `return`, the only ones that no relay counts.
    private int returnedBytes;

    private TcpSession(
            SessionResources resources,
            WorkerGeneration generation,
            TcpServer server,
            StreamSocket downstream,
            byte[] remoteAddress) {
        this.resources = resources;
        this.generation = generation;
        this.server = server;
        this.downstream = downstream;
        this.remoteAddress = remoteAddress;
        this.number = resources.numbers().incrementAndGet();
        this.acceptedNanos = resources.clock().nanos();
        this.activeNanos = acceptedNanos;
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
        byte[] remote = new byte[length];
        NativeMemory.get(sockaddr, remote, 0, length);
        TcpSession session = new TcpSession(resources, generation, server, socket, remote);
        socket.handler(session);
        generation.add(session);
        resources.metrics().increment(Metric.SESSIONS_ACCEPTED);
        resources.metrics().increment(Metric.SESSIONS_ACTIVE);
        SessionMessages.accepted(session);
        session.admit();
    }

    /// The order is nginx's: the keys of limits may use what `set` defines.
    private void admit() {
        for (SetVariable set : server.sets()) {
            set.assign(this);
        }
        if (isLimited()) {
            close(Outcome.Plain.LIMITED);
            return;
        }
        if (!isPermitted()) {
            SessionMessages.forbidden(this);
            close(Outcome.Plain.DENIED);
            return;
        }
        switch (server.handler()) {
            case TcpServer.Handler.Proxy proxy -> select(generation.balancer(proxy.upstream()), proxy.upstream());
            case TcpServer.Handler.ComputedProxy computed -> {
                String target = computed.target().evaluate(this);
                select(generation.computedBalancer(target), target);
            }
            case TcpServer.Handler.Return returned -> answer(returned);
            case TcpServer.Handler.None _ -> close(Outcome.Plain.INTERNAL);
        }
    }

    private boolean isLimited() {
        Admission admission = server.admission();
        switch (admission.limit(this)) {
            case SessionLimits.Admitted admitted -> {
                places = admitted;
                limitStatus = admitted.counted() ? LimitStatus.PASSED : LimitStatus.NONE;
            }
            case SessionLimits.Rejected rejected -> {
                boolean dryRun = admission.limitDryRun();
                limitStatus = dryRun ? LimitStatus.REJECTED_DRY_RUN : LimitStatus.REJECTED;
                SessionMessages.limited(this, admission.limitLogLevel(), rejected.message(dryRun));
            }
        }
        return limitStatus == LimitStatus.REJECTED;
    }

    private boolean isPermitted() {
        AccessRules rules = server.admission().access();
        long memory = resources.loop().addressScratch();
        NativeMemory.put(memory, remoteAddress, 0, remoteAddress.length);
        return switch (SocketAddresses.family(memory)) {
            case LinuxConstants.AF_INET -> rules.admitsIpv4(SocketAddresses.ipv4(memory));
            case LinuxConstants.AF_INET6 ->
                rules.admitsIpv6(SocketAddresses.ipv6High(memory), SocketAddresses.ipv6Low(memory));
            default -> rules.admitsUnix();
        };
    }

    private void answer(TcpServer.Handler.Return returned) {
        byte[] text = returned.bytes(this);
        returnedBytes = text.length;
        long memory = resources.loop().scratch();
        NativeMemory.put(memory, text, 0, text.length);
        if (text.length == 0 || (downstream.send(memory, text.length) && !downstream.hasUnsent())) {
            close(Outcome.Plain.RETURNED);
        } else {
            resources.wheel().schedule(this, acceptedNanos + server.idleTimeoutNanos());
            downstream.awaitWritable();
        }
    }

    private void select(@Nullable Balancer balancer, String target) {
        if (balancer == null) {
            SessionMessages.badTarget(this, target);
            close(new Outcome.NotConnected(new Failure(FailureKind.BAD_TARGET, Side.UPSTREAM, 0)));
            return;
        }
        enter(Stage.SELECTING);
        selection = new Selection(balancer, server.hashKey(balancer, this), server.maxTries(), number);
        tryNext(selection);
    }

    private void tryNext(Selection from) {
        long now = resources.clock().nanos();
        Peer peer = from.next(now);
        if (peer == null) {
            attempt = Attempt.inVain(from.group().name(), now, attempt);
            SessionMessages.noLivePeer(this);
            close(new Outcome.NotConnected(Selection.NO_LIVE_PEER));
            return;
        }
        attempt = Attempt.at(peer, now, attempt);
        connect(from, peer);
    }

    private void connect(Selection from, Peer peer) {
        if (!resources.connections().take()) {
            SessionMessages.connectionsExhausted(resources);
            close(Outcome.Plain.OVERLOADED);
            return;
        }
        resources.metrics().increment(Metric.CONNECTS_ATTEMPTED);
        Connector.Source source = server.source(this);
        StreamSocket socket = resources.connector().connect(peer.address(), server.connectOptions(), source, this);
        if (socket == null) {
            resources.connections().giveBack();
            connectFailed(from, resources.connector().call(), resources.connector().errno());
            return;
        }
        upstream = socket;
        enter(Stage.CONNECTING);
    }

    @Override
    public void onConnected(StreamSocket socket, int errno) {
        Selection from = selection;
        Attempt current = attempt;
        if (from == null || current == null) {
            throw new IllegalStateException("connected in stage " + stage);
        }
        if (errno != 0) {
            dropUpstream();
            connectFailed(from, Connector.CONNECT, errno);
            return;
        }
        current.connectNanos = resources.clock().nanos() - current.startNanos;
        resources.metrics().record(Latency.CONNECT, current.connectNanos);
        from.connected();
        upload = new RelayDirection(this, Side.DOWNSTREAM, downstream, socket, server.bufferBytes());
        download = new RelayDirection(this, Side.UPSTREAM, socket, downstream, server.bufferBytes());
        touch();
        enter(Stage.RELAYING);
        SessionMessages.connected(this);
        upload.start();
        download.start();
    }

    private void connectFailed(Selection from, String call, int errno) {
        SessionMessages.connectFailed(this, call, errno);
        FailureKind kind =
                call.equals(Connector.CONNECT) ? kindOfConnectFailure(errno) : kindOfLocalFailure(errno);
        retry(from, new Failure(kind, Side.UPSTREAM, errno));
    }

    private void connectTimedOut(Selection from) {
        SessionMessages.connectTimedOut(this);
        dropUpstream();
        retry(from, new Failure(FailureKind.CONNECT_TIMED_OUT, Side.UPSTREAM, Errno.ETIMEDOUT));
    }

    private void retry(Selection from, Failure failure) {
        long now = resources.clock().nanos();
        endAttempt(now);
        resources.metrics().increment(Metric.CONNECTS_FAILED);
        if (failure.retryable()) {
            from.failed(now);
        } else {
            // Not the peer's fault: it must not be put to rest for it.
            from.release();
        }
        if (from.triesLeft() == 0 || !failure.retryable() || !server.mayTryNext(now - acceptedNanos)) {
            close(new Outcome.NotConnected(failure));
            return;
        }
        resources.metrics().increment(Metric.CONNECTS_RETRIED);
        enter(Stage.SELECTING);
        tryNext(from);
    }

    private static FailureKind kindOfConnectFailure(int errno) {
        return switch (errno) {
            // EAGAIN: the queue of a unix-domain listener is full.
            case Errno.ECONNREFUSED, Errno.ECONNRESET, Errno.ENOENT, Errno.EAGAIN -> FailureKind.CONNECT_REFUSED;
            case Errno.ETIMEDOUT -> FailureKind.CONNECT_TIMED_OUT;
            case Errno.ENOBUFS, Errno.ENOMEM -> FailureKind.LOCAL_RESOURCES;
            default -> FailureKind.CONNECT_UNREACHABLE;
        };
    }

    /// Of a call before connect(2), which the peer has no part in.
    private static FailureKind kindOfLocalFailure(int errno) {
        return switch (errno) {
            case Errno.EMFILE, Errno.ENFILE, Errno.ENOBUFS, Errno.ENOMEM -> FailureKind.LOCAL_RESOURCES;
            default -> FailureKind.SOURCE_UNAVAILABLE;
        };
    }

    private void dropUpstream() {
        StreamSocket socket = upstream;
        if (socket != null) {
            upstream = null;
            socket.close();
            resources.connections().giveBack();
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
        if (outcome != null) {
            return;
        }
        Side side = socket == downstream ? Side.DOWNSTREAM : Side.UPSTREAM;
        if (stage == Stage.CONNECTING || stage == Stage.ACCEPTED) {
            SessionMessages.downstreamGone(this, errno);
            close(Outcome.Plain.ABANDONED);
            return;
        }
        FailureKind kind =
                errno == Errno.ECONNRESET || errno == Errno.EPIPE ? FailureKind.RESET : FailureKind.SOCKET_ERROR;
        SessionMessages.socketFailed(this, side, errno);
        close(new Outcome.Aborted(new Failure(kind, side, errno)));
    }

    /// A direction has passed on everything its source sent before FIN.
    void onDirectionFinished(RelayDirection direction, StreamSocket sink) {
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

    /// The first byte of a direction is being relayed.
    void onFirstByte(Side from) {
        Attempt current = attempt;
        if (from == Side.UPSTREAM && current != null) {
            current.firstByteNanos = resources.clock().nanos() - current.startNanos;
            resources.metrics().record(Latency.FIRST_BYTE, current.firstByteNanos);
        }
    }

    /// A byte moves: the idle timer starts anew.
    void touch() {
        activeNanos = resources.clock().nanos();
    }

    @Override
    protected void onTimer(long nowNanos) {
        Selection from = selection;
        if (stage == Stage.CONNECTING && from != null) {
            connectTimedOut(from);
            return;
        }
        long idleDeadline = activeNanos + server.idleTimeoutNanos();
        if (nowNanos - idleDeadline >= 0) {
            SessionMessages.idle(this);
            close(Outcome.Plain.IDLE);
        } else {
            resources.wheel().schedule(this, idleDeadline);
        }
    }

    private void enter(Stage next) {
        stage = next;
        switch (next) {
            case CONNECTING ->
                resources.wheel().schedule(this, resources.clock().nanos() + server.connectTimeoutNanos());
            case RELAYING -> {
                resources.metrics().increment(Metric.SESSIONS_RELAYING);
                resources.wheel().schedule(this, activeNanos + server.idleTimeoutNanos());
            }
            case SELECTING, CLOSED -> resources.wheel().cancel(this);
            case ACCEPTED, PREREADING, HALF_CLOSED -> {
                // The timer that runs goes on.
            }
        }
    }

    /// Ends the session, however far it has come: the only exit. Idempotent.
    void close(Outcome why) {
        if (outcome != null) {
            return;
        }
        outcome = why;
        long now = resources.clock().nanos();
        boolean relayed = upload != null;
        endAttempt(now);
        SessionMessages.ended(this);
        enter(Stage.CLOSED);
        resources.metrics().add(Metric.LOG_LINES_DROPPED, server.log(this));
        releaseRelay();
        closeSockets(why);
        if (selection != null) {
            selection.release();
        }
        if (places != null) {
            places.release();
        }
        generation.remove(this);
        if (relayed) {
            resources.metrics().decrement(Metric.SESSIONS_RELAYING);
        }
        resources.metrics().decrement(Metric.SESSIONS_ACTIVE);
        resources.metrics().increment(Metric.ended(why.label()));
        resources.metrics().record(Latency.SESSION, now - acceptedNanos);
    }

    private void releaseRelay() {
        RelayDirection up = upload;
        RelayDirection down = download;
        if (up != null && down != null) {
            resources.metrics().add(Metric.UPSTREAM_BYTES_SENT, up.sent());
            resources.metrics().add(Metric.DOWNSTREAM_BYTES_SENT, down.sent());
            up.release();
            down.release();
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
            resources.connections().giveBack();
        }
        if (reset) {
            downstream.reset();
        } else {
            downstream.close();
        }
        resources.connections().giveBack();
    }

    private void endAttempt(long nowNanos) {
        Attempt current = attempt;
        if (current != null && current.sessionNanos == Attempt.NEVER) {
            current.sessionNanos = nowNanos - current.startNanos;
        }
    }

    private RelayDirection directionFrom(StreamSocket socket) {
        RelayDirection direction = socket == downstream ? upload : download;
        if (direction == null) {
            throw new IllegalStateException("bytes in stage " + stage);
        }
        return direction;
    }

    SessionResources resources() {
        return resources;
    }

    TcpServer server() {
        return server;
    }

    Stage stage() {
        return stage;
    }

    long number() {
        return number;
    }

    byte[] remoteAddress() {
        return remoteAddress;
    }

    StreamSocket downstream() {
        return downstream;
    }

    @Nullable Attempt attempt() {
        return attempt;
    }

    @Nullable Outcome outcome() {
        return outcome;
    }

    LimitStatus limitStatus() {
        return limitStatus;
    }

    @Nullable Selection selection() {
        return selection;
    }

    long elapsedMillis() {
        return TimeUnit.NANOSECONDS.toMillis(resources.clock().nanos() - acceptedNanos);
    }

    /// Bytes received from downstream.
    long received() {
        return upload == null ? 0 : upload.received();
    }

    /// Bytes sent downstream.
    long sent() {
        return download == null ? returnedBytes : download.sent();
    }

    /// Bytes received from the peer that was connected.
    long upstreamReceived() {
        return download == null ? 0 : download.received();
    }

    /// Bytes sent to the peer that was connected.
    long upstreamSent() {
        return upload == null ? 0 : upload.sent();
    }

    @Override
    public @Nullable String value(StreamVariable variable) {
        return SessionVariables.value(this, variable);
    }

    @Override
    public VariableValues variableValues() {
        VariableValues present = values;
        if (present == null) {
            present = server.variables().newValues();
            values = present;
        }
        return present;
    }
}
