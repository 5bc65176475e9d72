package io.sluice.udp;

import org.jspecify.annotations.Nullable;

import io.sluice.metrics.Metric;
import io.sluice.metrics.WorkerMetrics;
import io.sluice.transport.DatagramBatch;
import io.sluice.transport.DatagramQueue;
import io.sluice.transport.DatagramSocket;
import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.NativeMemory;

/// What one receive from downstream has brought, gathered by flow, so that each flow sends once. Confined to its worker's
/// event loop. Allocates nothing but flows.
///
/// A part is what one message has for one flow: all of it, but where `proxy_requests` divides a train between two flows. The
/// parts of a flow are a chain, in the order in which they came.
final class Uploads {

    private static final int NONE = -1;

    private final DatagramBatch batch;

    private final DatagramQueue queue;

    private final WorkerMetrics metrics;

    private final @Nullable Flow[] flows = new Flow[DatagramQueue.CAPACITY];

    private final int[] firstPart = new int[DatagramQueue.CAPACITY];

    private final int[] lastPart = new int[DatagramQueue.CAPACITY];

    private int chains;

    private final int[] messages = new int[DatagramQueue.CAPACITY];

    private final long[] addresses = new long[DatagramQueue.CAPACITY];

    private final int[] lengths = new int[DatagramQueue.CAPACITY];

    private final int[] datagrams = new int[DatagramQueue.CAPACITY];

    private final int[] nextPart = new int[DatagramQueue.CAPACITY];

    private int parts;

    Uploads(LinuxCalls linux, WorkerMetrics metrics) {
        this.batch = new DatagramBatch(linux);
        this.queue = new DatagramQueue(linux);
        this.metrics = metrics;
    }

    /// Receives up to `most` messages and sends them on.
    ///
    /// @return how many messages, or a negated error number
    int relay(UdpListener listener, int most) {
        // Whatever a fault has left of the receive before.
        chains = 0;
        parts = 0;
        queue.clear();
        batch.clear();
        int received = batch.receive(listener.fd(), most);
        if (received <= 0) {
            return received;
        }
        metrics.add(Metric.DATAGRAMS_OVERFLOWN, listener.overflown(batch.overflow()));
        for (int i = 0; i < received; i++) {
            if (!batch.isTruncated(i)) {
                gather(listener, i);
            }
        }
        send(listener);
        return received;
    }

    private void gather(UdpListener listener, int message) {
        long address = batch.address(message);
        int left = batch.length(message);
        int segment = batch.segmentBytes(message);
        int count = batch.datagrams(message);
        metrics.add(Metric.DOWNSTREAM_DATAGRAMS_RECEIVED, count);
        metrics.add(Metric.DOWNSTREAM_BYTES_RECEIVED, left);
        while (count > 0) {
            Flow flow = listener.flow(batch, message, segment == 0 ? left : Math.min(segment, left));
            if (flow == null) {
                return;
            }
            int taken = flow.admits(count);
            int bytes = taken == count ? left : taken * segment;
            if (flow.allowsUpload(bytes)) {
                if (parts == DatagramQueue.CAPACITY) {
                    send(listener);
                }
                add(flow, message, address, bytes, taken);
            }
            address += bytes;
            left -= bytes;
            count -= taken;
        }
    }

    private void add(Flow flow, int message, long address, int bytes, int count) {
        int part = parts++;
        messages[part] = message;
        addresses[part] = address;
        lengths[part] = bytes;
        datagrams[part] = count;
        nextPart[part] = NONE;
        int chain = flow.chain;
        if (chain < chains && flows[chain] == flow) {
            nextPart[lastPart[chain]] = part;
        } else {
            chain = chains++;
            flow.chain = chain;
            flows[chain] = flow;
            firstPart[chain] = part;
        }
        lastPart[chain] = part;
        flow.onUpload(count, bytes);
    }

    private void send(UdpListener listener) {
        for (int chain = 0; chain < chains; chain++) {
            Flow flow = flows[chain];
            flows[chain] = null;
            if (flow != null) {
                send(listener, flow, firstPart[chain]);
            }
        }
        chains = 0;
        parts = 0;
    }

    /// A peer's refusal of what was sent before comes as the error of this send. The flow ends by it, and its datagrams begin
    /// another one, which may have another peer.
    private void send(UdpListener listener, Flow flow, int first) {
        int errno = send(flow, first);
        if (!DatagramSocket.isRefusal(errno)) {
            return;
        }
        int message = messages[first];
        int segment = batch.segmentBytes(message);
        Flow next = listener.flow(batch, message, segment == 0 ? lengths[first] : Math.min(segment, lengths[first]));
        if (next == null) {
            return;
        }
        for (int part = first; part != NONE; part = nextPart[part]) {
            next.onUpload(datagrams[part], lengths[part]);
        }
        send(next, first);
    }

    private int send(Flow flow, int first) {
        FlowSocket socket = flow.upstream();
        if (socket == null) {
            // It waits for a name, or was given up for another flow of the same receive.
            for (int part = first; part != NONE; part = nextPart[part]) {
                if (!flow.hold(addresses[part], lengths[part], batch.segmentBytes(messages[part]))) {
                    metrics.add(Metric.DATAGRAMS_REFUSED, datagrams[part]);
                    flow.onLost(datagrams[part]);
                }
            }
            return 0;
        }
        int bytes = 0;
        for (int part = first; part != NONE; part = nextPart[part]) {
            queue.add(addresses[part], lengths[part], batch.segmentBytes(messages[part]));
            bytes += lengths[part];
        }
        return flush(flow, socket, bytes);
    }

    private int flush(Flow flow, FlowSocket socket, int bytes) {
        int errno = queue.flush(socket);
        int unsent = 0;
        if (errno != 0) {
            metrics.add(Metric.DATAGRAMS_UNSENT, queue.takeDropped());
            unsent = (int) queue.takeDroppedBytes();
        }
        flow.onUploaded(bytes - unsent, errno);
        return errno;
    }

    /// Sends what a flow has held until it had a peer; not while a receive goes on.
    ///
    /// @param memory for one message
    void sendHeld(Flow flow, FlowSocket socket, HeldDatagrams held, long memory) {
        for (HeldDatagrams.Message message : held.messages()) {
            if (flow.hasEnded()) {
                return;
            }
            byte[] bytes = message.bytes();
            NativeMemory.put(memory, bytes, 0, bytes.length);
            queue.add(memory, bytes.length, message.segmentBytes());
            flush(flow, socket, bytes.length);
        }
    }

    void free() {
        batch.free();
        queue.free();
    }
}
