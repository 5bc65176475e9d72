package io.sluice.udp;

import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;

import org.jspecify.annotations.Nullable;

import io.sluice.metrics.Metric;
import io.sluice.session.Outcome;
import io.sluice.stream.WorkerGeneration;
import io.sluice.transport.DatagramBatch;
import io.sluice.transport.DatagramOptions;
import io.sluice.transport.DatagramQueue;
import io.sluice.transport.DatagramSocket;
import io.sluice.transport.ListenException;
import io.sluice.transport.SocketLoop;
import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.NativeMemory;
import io.sluice.transport.linux.SocketAddresses;

import static io.sluice.transport.linux.LinuxConstants.AF_INET6;

/// A bound datagram socket with the flows that have come to it. Confined to the worker that watches it, except
/// [#reclaim] and [#isOpen].
///
/// Whichever worker has the socket has its flows: answers leave through it, and the kernel goes on giving it the datagrams of
/// the same clients. So they move together, and a socket whose address is not wanted any more stays until its last flow ends:
///
///     bind -> attach -> install -> ... -> detach -> attach (another worker) -> install -> ...
///                          ^  |
///               reclaim,   |  | drain: no new flows
///               install    |  v
///                         DRAINING -- last flow has ended --> CLOSED
public final class UdpListener extends DatagramSocket {

    private enum State {
        SERVING,
        DRAINING,
        CLOSED
    }

    private final SocketAddress address;

    private final AtomicReference<State> state = new AtomicReference<>(State.SERVING);

    /// Flows whose clients' next datagrams begin new ones.
    private final Set<Flow> unbound = Collections.newSetFromMap(new IdentityHashMap<>(0));

    /// How many messages to ask for at once: follows what came last.
    int burst = 1;

    private @Nullable FlowTable<Flow> table;

    private @Nullable DatagramRelay relay;

    private @Nullable DatagramQueue answers;

    /// Null: no new flow may begin.
    private @Nullable UdpRoutes routes;

    private @Nullable WorkerGeneration generation;

    /// Many flows have the same one.
    private byte @Nullable [] lastLocal;

    private int overflow;

    private UdpListener(int fd, SocketAddress address) {
        super(fd);
        this.address = address;
    }

    /// Takes an address; datagrams wait in the kernel until a worker has it.
    ///
    /// @param joins other sockets of this process hold the address, as with [DatagramSocket#bind]
    /// @throws ListenException with the call that failed
    public static UdpListener bind(LinuxCalls linux, SocketAddress address, DatagramOptions options, boolean joins)
            throws ListenException {
        return new UdpListener(bindDescriptor(linux, address, options, joins), address);
    }

    /// A worker has it from now on, with all flows.
    ///
    /// @param generations that worker's part of a generation, by its number
    /// @return 0 or a negated error number
    public int attach(DatagramRelay itsRelay, IntFunction<WorkerGeneration> generations) {
        LinuxCalls linux = itsRelay.resources().linux();
        relay = itsRelay;
        answers = new DatagramQueue(linux);
        if (table == null) {
            table = new FlowTable<>(linux, SocketAddresses.family(address) == AF_INET6);
        } else {
            table.moveTo(linux);
        }
        for (Flow flow : flows()) {
            relay.added();
            flow.join(itsRelay.resources(), generations.apply(flow.generation()));
        }
        return itsRelay.resources().loop().watch(this);
    }

    /// Flows that begin from now on belong to this generation.
    public void install(UdpRoutes newRoutes, WorkerGeneration newGeneration) {
        routes = newRoutes;
        generation = newGeneration;
    }

    /// Another worker is about to have it.
    public void detach() {
        DatagramRelay its = relay();
        its.flush();
        endResolving();
        if (!isOpen()) {
            return;
        }
        its.resources().loop().unwatch(this);
        for (Flow flow : flows()) {
            flow.leave();
            its.removed();
        }
        answers().free();
        answers = null;
        relay = null;
        routes = null;
        generation = null;
    }

    /// Those that wait for a name wait for an answer to this worker.
    private void endResolving() {
        for (Flow flow : flows()) {
            if (flow.isResolving()) {
                flow.close(Outcome.Plain.DRAINED);
            }
        }
    }

    /// Nobody wants the address any more: no flow begins, and the socket is closed with the last one. Idempotent.
    public void drain() {
        routes = null;
        generation = null;
        state.compareAndSet(State.SERVING, State.DRAINING);
        closeIfDrained();
    }

    /// Somebody wants the address again. From any thread.
    ///
    /// @return false: too late, it is closed; true: it stays open until it is drained once more
    public boolean reclaim() {
        return state.compareAndSet(State.DRAINING, State.SERVING);
    }

    /// Whether the descriptor is open.
    public boolean isOpen() {
        return state.get() != State.CLOSED;
    }

    /// Closes what no worker has got yet.
    public void close(LinuxCalls linux) {
        state.set(State.CLOSED);
        linux.close(fd());
    }

    private void closeIfDrained() {
        if (hasFlows() || !state.compareAndSet(State.DRAINING, State.CLOSED)) {
            return;
        }
        DatagramRelay its = relay();
        its.flush();
        its.resources().loop().close(this);
        table().free();
        answers().free();
        its.onClosed(this);
    }

    private boolean hasFlows() {
        return table().size() > 0 || !unbound.isEmpty();
    }

    private List<Flow> flows() {
        List<Flow> all = new ArrayList<>(unbound);
        table().forEach(all::add);
        return all;
    }

    @Override
    protected void onReadable(SocketLoop loop) {
        relay().receive(this);
    }

    /// The flow of a message, begun now if there is none; null when it may not begin.
    ///
    /// @param first bytes of the first datagram
    @Nullable Flow flow(DatagramBatch batch, int message, int first) {
        Flow known = table().find(table().key(batch, message));
        return known == null ? begin(batch, message, first) : known;
    }

    private @Nullable Flow begin(DatagramBatch batch, int message, int first) {
        UdpRoutes current = routes;
        WorkerGeneration newest = generation;
        DatagramRelay its = relay();
        if (current == null || newest == null) {
            its.resources().metrics().add(Metric.DATAGRAMS_REFUSED, batch.datagrams(message));
            return null;
        }
        if (!its.takePlace(batch.datagrams(message))) {
            return null;
        }
        byte[] remote = new byte[batch.sourceLength(message)];
        NativeMemory.get(batch.source(message), remote, 0, remote.length);
        byte[] local = local(batch, message);
        Flow flow = new Flow(its.resources(), newest, current.server(local), this, remote, local, first);
        table().put(table().key(batch, message), flow);
        its.added();
        flow.start();
        return flow.hasEnded() ? null : flow;
    }

    private byte @Nullable [] local(DatagramBatch batch, int message) {
        int length = batch.localLength(message);
        if (length == 0) {
            return null;
        }
        byte[] local = new byte[length];
        NativeMemory.get(batch.localAddress(message), local, 0, length);
        if (!Arrays.equals(local, lastLocal)) {
            lastLocal = local;
        }
        return lastLocal;
    }

    /// The client's next datagram begins another flow.
    void unbind(Flow flow) {
        table().remove(flow.remote(), flow.local());
        if (!flow.hasEnded()) {
            unbound.add(flow);
        }
    }

    /// A flow has ended, and is in the table no more.
    void onEnded(Flow flow) {
        unbound.remove(flow);
        relay().removed();
        closeIfDrained();
    }

    /// How many datagrams more than before found the receive buffer full.
    ///
    /// @param now the kernel's count, 32 bits; 0: it has not told
    int overflown(int now) {
        if (now == 0) {
            return 0;
        }
        int more = now - overflow;
        overflow = now;
        return more;
    }

    /// What is to be sent to clients at the end of the turn.
    DatagramQueue answers() {
        return Objects.requireNonNull(answers, "no worker has this socket");
    }

    /// Sends it; returns the first error, 0: none.
    int flushAnswers() {
        DatagramQueue queue = answers();
        if (queue.isEmpty()) {
            return 0;
        }
        int errno = queue.flush(this);
        if (errno != 0) {
            queue.takeDroppedBytes();
            relay().resources().metrics().add(Metric.DATAGRAMS_UNSENT, queue.takeDropped());
        }
        return errno;
    }

    DatagramRelay relay() {
        return Objects.requireNonNull(relay, "no worker has this socket");
    }

    private FlowTable<Flow> table() {
        return Objects.requireNonNull(table, "no worker has had this socket");
    }

    /// Stores a local address with the socket's port.
    ///
    /// @param memory for a struct sockaddr
    /// @return its length, or a negated error number
    int storeLocalAddress(long memory, byte @Nullable [] local) {
        int length = relay().resources().linux().socketName(fd(), memory, SocketAddresses.MAX_BYTES);
        if (length > 0 && local != null) {
            boolean ipv6 = SocketAddresses.family(memory) == AF_INET6;
            NativeMemory.put(
                    memory + (ipv6 ? SocketAddresses.IPV6_ADDRESS : SocketAddresses.IPV4_ADDRESS),
                    local,
                    0,
                    local.length);
        }
        return length;
    }

    @Override
    public String toString() {
        return address.toString();
    }
}
