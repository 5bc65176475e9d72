package io.sluice.udp;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.LogLevel;
import io.sluice.metrics.Metric;
import io.sluice.session.Outcome;
import io.sluice.stream.SessionResources;
import io.sluice.transport.DatagramBatch;
import io.sluice.transport.DatagramQueue;
import io.sluice.transport.linux.Errno;
import io.sluice.transport.linux.NativeMemory;

/// What all flows of a worker relay with: memory for datagrams, and the answers that wait for the end of the turn. Confined
/// to its worker's event loop.
///
/// Datagrams from downstream are sent on at once, since each flow has a socket of its own. Answers leave through the
/// listeners: they stay where they were received until the memory is used up or the turn ends, and then leave in few calls.
///
///     while (running) {
///         relay.flush();     // before the wait
///         wait, deliver events: listeners and flows receive
///     }
public final class DatagramRelay {

    /// Receives of one listener in one turn before the others have theirs.
    private static final int RECEIVES_PER_TURN = 4;

    private static final long MESSAGE_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final SessionResources resources;

    private final Uploads uploads;

    private final DatagramBatch downloads;

    /// Listeners that have answers to send.
    private final List<UdpListener> answering = new ArrayList<>();

    private final FlowList unassured = new FlowList();

    private final Consumer<UdpListener> onClosed;

    private int flows;

    private int maxFlows;

    private long refused;

    private long messageNotBeforeNanos;

    /// For one worker.
    ///
    /// @param onClosed told of a listener that was drained and has closed itself
    public DatagramRelay(SessionResources resources, Consumer<UdpListener> onClosed) {
        this.resources = resources;
        this.onClosed = onClosed;
        this.uploads = new Uploads(resources.linux(), resources.metrics());
        this.downloads = new DatagramBatch(resources.linux());
        this.messageNotBeforeNanos = resources.clock().nanos();
    }

    SessionResources resources() {
        return resources;
    }

    /// Sets how many flows there may be besides `worker_connections`, so that descriptors are left for everything else.
    public void maxFlows(int flowsAtMost) {
        maxFlows = flowsAtMost;
    }

    /// Flows that may be given up for others.
    FlowList unassured() {
        return unassured;
    }

    /// Datagrams from downstream.
    void receive(UdpListener listener) {
        for (int i = 0; i < RECEIVES_PER_TURN; i++) {
            int asked = listener.burst;
            int received = uploads.relay(listener, asked);
            if (received < 0) {
                if (received != -Errno.EAGAIN) {
                    resources.errors().log(LogLevel.ALERT, "recvmmsg() of " + listener + " failed ("
                            + Errno.describe(-received) + ")");
                }
                return;
            }
            listener.burst = received == asked ? Math.min(asked * 2, DatagramBatch.CAPACITY) : received;
            if (received < DatagramBatch.CAPACITY || !listener.isOpen()) {
                return;
            }
        }
    }

    /// Answers to a flow.
    void receive(Flow flow, FlowSocket socket) {
        if (downloads.isFull()) {
            flush();
        }
        int first = downloads.count();
        int asked = Math.min(socket.burst(), DatagramBatch.CAPACITY - first);
        int received = downloads.receive(socket.fd(), asked);
        if (received < 0) {
            if (received != -Errno.EAGAIN) {
                flow.onUpstreamError(-received);
            }
            return;
        }
        socket.received(received, (int) resources.loop().turnCount());
        for (int i = first; i < first + received && !flow.hasEnded(); i++) {
            answer(flow, i);
        }
    }

    private void answer(Flow flow, int message) {
        int count = downloads.datagrams(message);
        int bytes = downloads.length(message);
        int segment = downloads.segmentBytes(message);
        resources.metrics().add(Metric.UPSTREAM_DATAGRAMS_RECEIVED, count);
        resources.metrics().add(Metric.UPSTREAM_BYTES_RECEIVED, bytes);
        int taken = flow.awaits(count);
        if (taken == 0) {
            return;
        }
        int passed = taken == count ? bytes : taken * segment;
        UdpListener listener = flow.listener();
        DatagramQueue queue = listener.answers();
        if (queue.isFull()) {
            listener.flushAnswers();
        } else if (queue.isEmpty()) {
            answering.add(listener);
        }
        queue.to(flow.remote(), flow.local());
        queue.add(downloads.address(message), passed, segment);
        resources.metrics().add(Metric.DOWNSTREAM_BYTES_SENT, passed);
        flow.onAnswers(taken, passed);
    }

    /// Sends all answers, and makes their memory free.
    public void flush() {
        for (int i = 0; i < answering.size(); i++) {
            answering.get(i).flushAnswers();
        }
        answering.clear();
        downloads.clear();
    }

    /// Sends one datagram of the proxy's own to a flow's client; returns how many bytes have left.
    int sendNow(Flow flow, byte[] text) {
        long memory = resources.loop().scratch();
        NativeMemory.put(memory, text, 0, text.length);
        DatagramQueue queue = flow.listener().answers();
        flow.listener().flushAnswers();
        queue.to(flow.remote(), flow.local());
        queue.add(memory, text.length, 0);
        int errno = flow.listener().flushAnswers();
        if (errno == 0) {
            resources.metrics().add(Metric.DOWNSTREAM_BYTES_SENT, text.length);
        }
        return errno == 0 ? text.length : 0;
    }

    /// Sends what a flow has held until it had a peer.
    void sendHeld(Flow flow, FlowSocket socket, HeldDatagrams held) {
        uploads.sendHeld(flow, socket, held, resources.loop().scratch());
    }

    /// Takes a place for a new flow. When there is none the oldest flow whose client has not shown that it gets answers is
    /// given up, so that a flood of forged addresses uses up neither memory nor descriptors, and nobody else's flow; when all
    /// have shown it, the new one has to wait for its turn.
    ///
    /// @return false: there is no place
    boolean takePlace(int datagrams) {
        boolean exhausted = !resources.connections().has(Flow.CONNECTIONS);
        while (exhausted || flows >= maxFlows) {
            if (!evictOldest()) {
                refuse(datagrams, exhausted);
                return false;
            }
            exhausted = !resources.connections().has(Flow.CONNECTIONS);
        }
        resources.connections().count(1);
        return true;
    }

    /// A flow has come.
    void added() {
        flows++;
    }

    /// A listener has closed itself.
    void onClosed(UdpListener listener) {
        answering.remove(listener);
        onClosed.accept(listener);
    }

    /// A flow has gone.
    void removed() {
        flows--;
    }

    private boolean evictOldest() {
        return evict(unassured.oldest());
    }

    /// Gives up a flow for its descriptor; false: none has one.
    boolean evictOldestConnected() {
        Flow flow = unassured.oldest();
        while (flow != null && flow.upstream() == null) {
            flow = flow.newerFlow;
        }
        return evict(flow);
    }

    private static boolean evict(@Nullable Flow flow) {
        if (flow == null) {
            return false;
        }
        flow.close(Outcome.Plain.EVICTED);
        return true;
    }

    /// Told once a second at most: there may be a hundred thousand of them.
    private void refuse(int datagrams, boolean exhausted) {
        refused += datagrams;
        resources.metrics().add(Metric.DATAGRAMS_REFUSED, datagrams);
        long now = resources.clock().nanos();
        if (now - messageNotBeforeNanos < 0) {
            return;
        }
        messageNotBeforeNanos = now + MESSAGE_PAUSE_NANOS;
        resources.errors().log(LogLevel.ALERT, (exhausted
                        ? resources.connections().limit() + " worker_connections are not enough"
                        : "the limit of open files leaves room for " + maxFlows + " flows a worker")
                + ": " + refused + " datagrams of new clients dropped");
        refused = 0;
    }

    /// Gives the memory back; no flow is left.
    public void close() {
        uploads.free();
        downloads.free();
    }
}
