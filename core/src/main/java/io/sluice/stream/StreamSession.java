package io.sluice.stream;

import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.SocketProtocol;
import io.sluice.metrics.Latency;
import io.sluice.metrics.Metric;
import io.sluice.network.ProxyHeader;
import io.sluice.resolve.Answer;
import io.sluice.route.AccessRules;
import io.sluice.route.SessionLimits;
import io.sluice.session.Failure;
import io.sluice.session.FailureKind;
import io.sluice.session.FieldVariable;
import io.sluice.session.InternalFault;
import io.sluice.session.Outcome;
import io.sluice.session.Side;
import io.sluice.session.Stage;
import io.sluice.session.StreamVariable;
import io.sluice.session.Variable;
import io.sluice.tls.TlsDetails;
import io.sluice.transport.linux.LinuxConstants;
import io.sluice.transport.linux.NativeMemory;
import io.sluice.transport.linux.SocketAddresses;
import io.sluice.upstream.Balancer;
import io.sluice.upstream.Peer;
import io.sluice.upstream.Selection;
import io.sluice.variable.SetVariable;
import io.sluice.variable.VariableSource;
import io.sluice.variable.VariableValues;

/// The life that a TCP session and a UDP flow have in common. Confined to its worker's event loop.
///
///     ACCEPTED --- set, limits, access ---> SELECTING ---> CONNECTING ---> RELAYING ---> HALF_CLOSED
///        |   |                                 ^  |            |              |              |
///        |   +-- computed name --> RESOLVING --+  |            | failed,      |              |
///        +-- return                    |       +--+------------+ peers left   |              |
///        v                             v          v            v              v              v
///     CLOSED <-------------------------+----------+------------+--------------+--------------+
///
/// Every change goes through [#enter], every end through [#close]. The session is its own timer: while resolving and
/// connecting it waits for their timeouts; while relaying, a byte only stores the time, and the timer looks at it when it fires.
public abstract class StreamSession extends Member implements VariableSource {

    private static final byte[] NOTHING = {};

    private StreamServer server;

    private final long number;

    private final long acceptedNanos;

    private final SessionClient client;

    private SessionResources resources;

    private WorkerGeneration generation;

    private Stage stage = Stage.ACCEPTED;

    private @Nullable Selection selection;

    /// Of a session whose computed target is a name.
    private @Nullable NameWait nameWait;

    private @Nullable Attempt attempt;

    private SessionLimits.@Nullable Admitted places;

    private LimitStatus limitStatus = LimitStatus.NONE;

    private @Nullable VariableValues values;

    private @Nullable Outcome outcome;

    /// The last time a byte moved, in either direction.
    private long activeNanos;

    /// @param remoteAddress struct sockaddr; not copied
    protected StreamSession(
            SessionResources resources, WorkerGeneration generation, StreamServer server, byte[] remoteAddress) {
        this.resources = resources;
        this.generation = generation;
        this.server = server;
        this.client = new SessionClient(remoteAddress);
        this.number = resources.numbers().incrementAndGet();
        this.acceptedNanos = resources.clock().nanos();
        this.activeNanos = acceptedNanos;
    }

    /// Counts the session, asks whether it is let in, and hands it to its server's handler. The order is nginx's: the
    /// keys of limits may use what `set` defines.
    protected final void begin() {
        generation.add(this);
        resources.metrics().increment(Metric.SESSIONS_ACCEPTED);
        resources.metrics().increment(Metric.SESSIONS_ACTIVE);
        try {
            preface();
        } catch (Throwable fault) {
            onFault(fault);
        }
    }

    /// What comes before the session's own bytes; [#admit] follows, at once or later.
    protected void preface() {
        admit();
    }

    /// The connection began with a PROXY protocol header.
    protected final void speaksFor(ProxyHeader header) {
        client.speaksFor(header, server.trust(), resources.loop().addressScratch());
    }

    /// Asks whether the session is let in.
    protected final void admit() {
        SessionMessages.accepted(this);
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
        prepare();
    }

    /// What the session's own protocol begins with once it is let in; [#proceed] follows, at once or later.
    protected void prepare() {
        proceed();
    }

    /// Hands the session to its server's handler.
    protected final void proceed() {
        switch (server.handler()) {
            case StreamServer.Handler.Proxy proxy -> {
                Balancer balancer = generation.balancer(proxy.upstream());
                if (balancer == null) {
                    throw new IllegalStateException("the binder let pass an unknown upstream " + proxy.upstream());
                }
                select(balancer);
            }
            case StreamServer.Handler.ComputedProxy computed -> {
                String target = computed.target().evaluate(this);
                Balancer balancer = generation.computedBalancer(target);
                if (balancer == null) {
                    nameWait = new NameWait(this, target);
                    nameWait.begin();
                } else {
                    select(balancer);
                }
            }
            case StreamServer.Handler.Return returned -> answer(returned.bytes(this));
            case StreamServer.Handler.None _ -> close(Outcome.Plain.INTERNAL);
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
        byte[] remote = client.address();
        NativeMemory.put(memory, remote, 0, remote.length);
        return switch (SocketAddresses.family(memory)) {
            case LinuxConstants.AF_INET -> rules.admitsIpv4(SocketAddresses.ipv4(memory));
            case LinuxConstants.AF_INET6 ->
                rules.admitsIpv6(SocketAddresses.ipv6High(memory), SocketAddresses.ipv6Low(memory));
            default -> rules.admitsUnix();
        };
    }

    /// A name has to be resolved before a peer can be selected.
    final void awaitName() {
        enter(Stage.RESOLVING);
        onResolving();
    }

    /// A computed name has been resolved.
    final void select(String target, int port, Answer answer) {
        select(generation.computedTargets().balancer(target, port, answer));
    }

    /// A computed target leads nowhere, which has been told.
    final void failTarget(FailureKind why) {
        close(new Outcome.NotConnected(new Failure(why, Side.UPSTREAM, 0)));
    }

    private void select(Balancer balancer) {
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
        if (!resources.connections().take()) {
            SessionMessages.connectionsExhausted(resources);
            close(Outcome.Plain.OVERLOADED);
            return;
        }
        resources.metrics().increment(Metric.CONNECTS_ATTEMPTED);
        connect(peer);
    }

    /// The upstream connection stands: the peer works, and relaying begins.
    protected final void connected() {
        Attempt current = attempt;
        if (current != null) {
            current.connectNanos = resources.clock().nanos() - current.startNanos;
            resources.metrics().record(Latency.CONNECT, current.connectNanos);
        }
        touch();
        enter(Stage.RELAYING);
        SessionMessages.connected(this);
    }

    /// An attempt has failed, and its socket is given back: goes on to the next peer, or ends the session.
    protected final void attemptFailed(Failure failure) {
        Selection from = selected();
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

    /// What a connection to a peer begins with: the PROXY protocol header, or nothing.
    protected final byte[] upstreamPreface() {
        return server.sendsProxyProtocol() ? SessionVariables.proxyHeader(this) : NOTHING;
    }

    /// `return`: sends the text downstream and ends.
    protected abstract void answer(byte[] text);

    /// It waits for a name now.
    protected void onResolving() {
        // Most need not know.
    }

    /// Begins to connect to a peer, for which a place in `worker_connections` has been taken; [#connected] or
    /// [#attemptFailed] follows.
    protected abstract void connect(Peer peer);

    /// `proxy_connect_timeout` has passed.
    protected abstract void onConnectTimeout();

    /// `proxy_timeout` has passed without a byte.
    protected abstract void onIdle();

    /// Releases what the session relays with and closes its sockets; the end has been logged.
    protected abstract void release(Outcome why);

    /// Stores the local address that the session came to.
    ///
    /// @param memory for one struct sockaddr
    /// @return its length, or a negated error number
    protected abstract int storeLocalAddress(long memory);

    /// Its name is the value of `$protocol`.
    public abstract SocketProtocol protocol();

    /// Datagrams received from downstream; 0 of a session that has none.
    public long datagramsReceived() {
        return 0;
    }

    /// Datagrams sent downstream; 0 of a session that has none.
    public long datagramsSent() {
        return 0;
    }

    /// Bytes received from downstream.
    public abstract long received();

    /// Bytes sent downstream.
    public abstract long sent();

    /// Bytes received from the peer that was connected.
    public abstract long upstreamReceived();

    /// Bytes sent to the peer that was connected.
    public abstract long upstreamSent();

    /// The first byte from upstream is being relayed.
    protected final void onFirstUpstreamByte() {
        Attempt current = attempt;
        if (current != null) {
            current.firstByteNanos = resources.clock().nanos() - current.startNanos;
            resources.metrics().record(Latency.FIRST_BYTE, current.firstByteNanos);
        }
    }

    /// A byte moves: the idle timer starts anew.
    protected final void touch() {
        activeNanos = resources.clock().nanos();
    }

    @Override
    protected final void onTimer(long nowNanos) {
        if (stage == Stage.CONNECTING) {
            onConnectTimeout();
            return;
        }
        NameWait name = nameWait;
        if (stage == Stage.RESOLVING && name != null) {
            name.onTimeout();
            return;
        }
        if (stage == Stage.READING_PROXY_HEADER) {
            SessionMessages.timedOut(this);
            close(Outcome.Plain.IDLE);
            return;
        }
        long idleDeadline = activeNanos + server.idleTimeoutNanos();
        if (nowNanos - idleDeadline >= 0) {
            onIdle();
        } else {
            resources.wheel().schedule(this, idleDeadline);
        }
    }

    /// The session's own code has thrown, in an event of a socket's or of its timer's: the session ends, the worker goes on.
    @Override
    protected final void onFault(Throwable fault) {
        try {
            SessionMessages.faulted(this, new InternalFault(fault));
        } finally {
            close(Outcome.Plain.INTERNAL);
        }
    }

    /// Goes over to a stage.
    protected final void enter(Stage next) {
        stage = next;
        switch (next) {
            case RESOLVING -> resources.wheel().schedule(
                    this, resources.clock().nanos() + server.resolverTimeoutNanos());
            case READING_PROXY_HEADER ->
                resources.wheel().schedule(this, resources.clock().nanos() + server.headerTimeoutNanos());
            case CONNECTING ->
                resources.wheel().schedule(this, resources.clock().nanos() + server.connectTimeoutNanos());
            case RELAYING -> {
                resources.metrics().increment(Metric.SESSIONS_RELAYING);
                resources.wheel().schedule(this, activeNanos + server.idleTimeoutNanos());
            }
            case HANDSHAKING, SELECTING, CLOSED -> resources.wheel().cancel(this);
            case ACCEPTED, PREREADING, HALF_CLOSED -> {
                // The timer that runs goes on.
            }
        }
    }

    /// The idle timer runs from now on, though nothing is relayed yet.
    protected final void awaitIdle() {
        resources.wheel().schedule(this, activeNanos + server.idleTimeoutNanos());
    }

    /// Ends the session, however far it has come: the only exit. Idempotent.
    @Override
    public final void close(Outcome why) {
        if (outcome != null) {
            return;
        }
        outcome = why;
        long now = resources.clock().nanos();
        if (stage == Stage.RELAYING || stage == Stage.HALF_CLOSED) {
            resources.metrics().decrement(Metric.SESSIONS_RELAYING);
        }
        try {
            endAttempt(now);
            SessionMessages.ended(this);
            enter(Stage.CLOSED);
            resources.metrics().add(Metric.LOG_LINES_DROPPED, server.log(this));
        } finally {
            giveBack(why);
            resources.metrics().record(Latency.SESSION, now - acceptedNanos);
        }
    }

    /// Everything others count, whatever fails on the way: there is no second [#close].
    private void giveBack(Outcome why) {
        NameWait name = nameWait;
        if (name != null) {
            name.forget();
        }
        try {
            release(why);
        } finally {
            resources.wheel().cancel(this);
            if (selection != null) {
                selection.release();
            }
            if (places != null) {
                places.release();
            }
            resources.metrics().increment(Metric.ended(why.label()));
            resources.metrics().decrement(Metric.SESSIONS_ACTIVE);
            generation.remove(this);
        }
    }

    /// Lets go of the worker, whose thread this is; [#joinWorker] follows on another one's. Only a session that relays may.
    protected final void leaveWorker() {
        resources.wheel().cancel(this);
        resources.metrics().decrement(Metric.SESSIONS_RELAYING);
        resources.metrics().decrement(Metric.SESSIONS_ACTIVE);
        selected().leaveWorker();
        generation.remove(this);
    }

    /// Goes on with a worker, whose thread this is.
    ///
    /// @param itsGeneration that worker's part of the generation that the session began with
    protected final void joinWorker(SessionResources its, WorkerGeneration itsGeneration) {
        resources = its;
        generation = itsGeneration;
        generation.add(this);
        resources.metrics().increment(Metric.SESSIONS_ACTIVE);
        resources.metrics().increment(Metric.SESSIONS_RELAYING);
        awaitIdle();
    }

    /// The number of the generation that the session began with.
    protected final int generationNumber() {
        return generation.number();
    }

    private void endAttempt(long nowNanos) {
        Attempt current = attempt;
        if (current != null && current.sessionNanos == Attempt.NEVER) {
            current.sessionNanos = nowNanos - current.startNanos;
        }
    }

    /// What the session works with.
    public final SessionResources resources() {
        return resources;
    }

    /// The server that took the session.
    public StreamServer server() {
        return server;
    }

    /// The session is another server's from now on.
    protected final void turnTo(StreamServer named) {
        server = named;
    }

    /// What the client's TLS handshake told; null before it, and without TLS.
    protected @Nullable TlsDetails tls() {
        return null;
    }

    /// Where it is.
    protected final Stage stage() {
        return stage;
    }

    /// Whether it has ended.
    protected final boolean isClosed() {
        return outcome != null;
    }

    /// Counted through the whole process.
    public final long number() {
        return number;
    }

    /// struct sockaddr of the client.
    protected final byte[] remoteAddress() {
        return client.address();
    }

    SessionClient client() {
        return client;
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

    /// The walk over the peers, which has begun.
    protected final Selection selected() {
        Selection present = selection;
        if (present == null) {
            throw new IllegalStateException("no peer was selected in stage " + stage);
        }
        return present;
    }

    /// Since it was accepted.
    public final long elapsedMillis() {
        return TimeUnit.NANOSECONDS.toMillis(resources.clock().nanos() - acceptedNanos);
    }

    @Override
    public final @Nullable String value(Variable variable) {
        return switch (variable) {
            case StreamVariable named -> SessionVariables.value(this, named);
            case FieldVariable field -> SessionVariables.tlv(this, field.key());
            default -> throw new IllegalArgumentException("not a variable of stream: " + variable.variableName());
        };
    }

    @Override
    public final VariableValues variableValues() {
        VariableValues present = values;
        if (present == null) {
            present = server.variables().newValues();
            values = present;
        }
        return present;
    }
}
