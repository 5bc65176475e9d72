package io.sluice.server;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.LogLevel;
import io.sluice.http.HttpGeneration;
import io.sluice.http.WorkerHttp;
import io.sluice.metrics.Metric;
import io.sluice.session.InternalFault;
import io.sluice.session.Outcome;
import io.sluice.stream.ComputedTargets;
import io.sluice.stream.SessionResources;
import io.sluice.stream.WorkerGeneration;
import io.sluice.time.LoopClock;
import io.sluice.transport.ListenSocket;
import io.sluice.transport.PipePool;
import io.sluice.transport.TurnHandler;
import io.sluice.transport.linux.CpuAffinity;
import io.sluice.transport.linux.Errno;
import io.sluice.udp.DatagramRelay;
import io.sluice.udp.UdpListener;
import io.sluice.upstream.Balancer;
import io.sluice.upstream.PeerSource;
import io.sluice.upstream.PeerStates;

/// One event loop and everything confined to it: listeners, sessions, timers. Confined to its worker's event loop.
///
/// Other threads speak to it through [WorkerProxy]; what arrives from there begins with `on`.
final class Worker implements TurnHandler {

    private final LoopClock clock;

    private final SessionResources resources;

    private final PeerStates peerStates;

    private final PeerStates httpPeerStates;

    private final Supplier<WorkerHttp> httpMaker;

    /// Made with the first generation that has http: Netty's buffers take time and memory.
    private @Nullable WorkerHttp http;

    private final Map<WorkerGeneration, HttpGeneration> httpGenerations = new HashMap<>();

    private final Retirement retirement;

    private final List<Listener> listeners = new ArrayList<>();

    /// Of addresses that nobody wants any more; each closes itself with its last flow.
    private final List<DatagramListener> draining = new ArrayList<>();

    private final List<WorkerGeneration> generations = new ArrayList<>();

    /// Made for flows that are coming along with a socket at this moment.
    private final List<WorkerGeneration> heirs = new ArrayList<>();

    private final Runnable onLeft;

    private @Nullable WorkerGeneration current;

    /// Made when the first socket for datagrams comes: it takes memory.
    private @Nullable DatagramRelay datagrams;

    private boolean leaving;

    /// @param onLeft called when the worker was told to leave, and its last session has ended
    Worker(
            LoopClock clock,
            SessionResources resources,
            PeerStates peerStates,
            PeerStates httpPeerStates,
            Supplier<WorkerHttp> httpMaker,
            Retirement retirement,
            Runnable onLeft) {
        this.clock = clock;
        this.resources = resources;
        this.peerStates = peerStates;
        this.httpPeerStates = httpPeerStates;
        this.httpMaker = httpMaker;
        this.retirement = retirement;
        this.onLeft = onLeft;
        resources.loop().turnHandler(this);
    }

    @Override
    public long beforeWait() {
        DatagramRelay relay = datagrams;
        if (relay != null) {
            relay.flush();
        }
        PipePool pipes = resources.pipes();
        resources.metrics().set(Metric.PIPES_OPEN, pipes.lent() + pipes.pooled());
        resources.metrics().set(Metric.PIPES_POOLED, pipes.pooled());
        resources.metrics().set(Metric.PIPES_OPENED, pipes.opened());
        return resources.wheel().nanosUntilNext(clock.nanos());
    }

    @Override
    public void afterWait() {
        clock.update();
        resources.metrics().increment(Metric.LOOP_TURNS);
        int fired = resources.wheel().advance(clock.nanos());
        if (fired > 0) {
            resources.metrics().add(Metric.TIMERS_FIRED, fired);
        }
    }

    @Override
    public void onFault(Throwable thrown) {
        InternalFault fault = new InternalFault(thrown);
        resources.errors().log(fault.level(), fault.toString());
    }

    /// `worker_cpu_affinity`.
    void onPin(BitSet processors) {
        try {
            CpuAffinity.set(processors);
        } catch (IOException e) {
            resources.errors().log(LogLevel.ALERT, String.valueOf(e.getMessage()));
        }
    }

    /// Sessions accepted from now on belong to the generation; `assigned` are all sockets this worker watches.
    ///
    /// @param maxFlows how many flows there may be on this worker
    void onInstall(Generation generation, Map<BoundSocket, Assignment> assigned, int maxFlows) {
        WorkerGeneration before = current;
        WorkerGeneration installed = newGeneration(generation);
        if (!generation.http().isEmpty()) {
            httpGenerations.put(installed, httpGeneration(generation, installed));
        }
        current = installed;
        resources.connections().limit(generation.config().process().connectionsPerWorker());
        takeBackDrained(assigned.keySet());
        for (Listener listener : listeners) {
            Assignment same = assigned.get(listener.socket());
            if (same != null) {
                listener.install(same.point(), installed);
            }
        }
        Set<BoundSocket> present = new HashSet<>();
        listeners.forEach(listener -> present.add(listener.socket()));
        assigned.forEach((socket, assignment) -> {
            if (!present.contains(socket)) {
                watch(listener(socket, assignment, installed));
            }
        });
        DatagramRelay relay = datagrams;
        if (relay != null) {
            relay.maxFlows(maxFlows);
        }
        if (before != null) {
            HttpGeneration itsHttp = httpGenerations.get(before);
            if (itsHttp != null) {
                itsHttp.retire();
            }
            before.retire();
        }
    }

    /// An address that was removed is wanted again before its last flow has ended.
    private void takeBackDrained(Set<BoundSocket> wanted) {
        draining.removeIf(listener -> {
            boolean again = wanted.contains(listener.socket());
            if (again) {
                listeners.add(listener);
                resources.connections().count(1);
            }
            return again;
        });
    }

    private Listener listener(BoundSocket socket, Assignment assignment, WorkerGeneration generation) {
        return switch (socket) {
            case BoundSocket.OfConnections(ListenSocket connections) -> {
                ListenPoint.OfConnections point = (ListenPoint.OfConnections) assignment.point();
                yield new TcpListener(
                        connections, assignment.shared(), resources, entrance(point, generation), point, generation);
            }
            case BoundSocket.OfDatagrams(UdpListener listener) -> {
                DatagramListener made = new DatagramListener(listener, datagrams(), this::generationOfFlows);
                made.install(assignment.point(), generation);
                yield made;
            }
        };
    }

    private WorkerHttp http() {
        WorkerHttp made = http;
        if (made == null) {
            made = httpMaker.get();
            http = made;
        }
        return made;
    }

    private void drainHttp() {
        WorkerHttp made = http;
        if (made != null) {
            made.drain();
        }
    }

    private Entrance entrance(ListenPoint.OfConnections point, WorkerGeneration generation) {
        return switch (point) {
            case ListenPoint.Tcp tcp -> new TcpEntrance(resources, tcp, generation);
            case ListenPoint.Http _ -> new HttpEntrance(http(), this::httpOf);
        };
    }

    private HttpGeneration httpOf(WorkerGeneration generation) {
        HttpGeneration its = httpGenerations.get(generation);
        if (its == null) {
            throw new IllegalStateException("generation " + generation.number() + " has no http");
        }
        return its;
    }

    private DatagramRelay datagrams() {
        DatagramRelay relay = datagrams;
        if (relay == null) {
            relay = new DatagramRelay(resources, _ -> draining.removeIf(listener -> !listener.isOpen()));
            datagrams = relay;
        }
        return relay;
    }

    /// A socket and what it is for.
    record Assignment(ListenPoint point, boolean shared) {}

    private void watch(Listener listener) {
        int result = listener.start();
        heirs.forEach(WorkerGeneration::retire);
        heirs.clear();
        if (result < 0) {
            resources.errors().log(LogLevel.ALERT, "cannot watch a listening socket (" + Errno.describe(-result) + ")");
            return;
        }
        listeners.add(listener);
        resources.connections().count(1);
    }

    private WorkerGeneration newGeneration(Generation generation) {
        return newGeneration(generation.number(), forWorker(generation.groups()));
    }

    private HttpGeneration httpGeneration(Generation generation, WorkerGeneration members) {
        return new HttpGeneration(
                http(), generation.http(), members, forWorker(generation.httpGroups()), new ComputedTargets(httpPeerStates, resources.errors()));
    }

    /// The generation of flows that come along with a socket. One that this worker has not, or no more, is made for them
    /// alone: flows have their peers, and select no further ones.
    private WorkerGeneration generationOfFlows(int number) {
        for (WorkerGeneration generation : generations) {
            if (generation.number() == number) {
                return generation;
            }
        }
        retirement.expectOneMore(number);
        WorkerGeneration heir = newGeneration(number, Map.of());
        heirs.add(heir);
        return heir;
    }

    private static Map<String, Supplier<Balancer>> forWorker(Map<String, PeerSource> groups) {
        Map<String, Supplier<Balancer>> balancers = new HashMap<>();
        groups.forEach((name, group) -> balancers.put(name, group.forWorker()));
        return balancers;
    }

    private WorkerGeneration newGeneration(int number, Map<String, Supplier<Balancer>> balancers) {
        WorkerGeneration made = new WorkerGeneration(
                number, balancers, new ComputedTargets(peerStates, resources.errors()), () -> onRetired(number));
        generations.add(made);
        return made;
    }

    private void onRetired(int number) {
        generations.removeIf(generation -> generation.number() == number);
        httpGenerations.keySet().removeIf(generation -> generation.number() == number);
        retirement.onRetired(number);
        leaveIfDone();
    }

    private void leaveIfDone() {
        if (leaving && generations.isEmpty()) {
            leaving = false;
            onLeft.run();
        }
    }

    /// Stops accepting on sockets that another worker watches from now on, or that are about to be closed.
    ///
    /// @param closing those whose queue is to be emptied first
    void onRelease(Set<BoundSocket> released, Set<BoundSocket> closing) {
        List<Listener> going = listeners.stream()
                .filter(listener -> released.contains(listener.socket()))
                .toList();
        listeners.removeAll(going);
        for (Listener listener : going) {
            resources.connections().count(-1);
            if (closing.contains(listener.socket())) {
                close(listener);
            } else {
                listener.stop();
            }
        }
        for (DatagramListener listener : List.copyOf(draining)) {
            if (closing.contains(listener.socket())) {
                listener.close();
            } else if (released.contains(listener.socket())) {
                draining.remove(listener);
                listener.stop();
            }
        }
    }

    private void close(Listener listener) {
        listener.close();
        if (listener instanceof DatagramListener datagramListener && datagramListener.isOpen()) {
            draining.add(datagramListener);
        }
    }

    /// No session begins any more; those there are go on.
    void onDrain() {
        drainHttp();
        listeners.forEach(this::close);
        listeners.clear();
        retireCurrent();
    }

    private void retireCurrent() {
        WorkerGeneration last = current;
        if (last != null) {
            HttpGeneration itsHttp = httpGenerations.get(last);
            if (itsHttp != null) {
                itsHttp.retire();
            }
            current = null;
            last.retire();
        }
    }

    /// Other workers take the sockets; no session begins here any more.
    void onLeave() {
        drainHttp();
        listeners.forEach(Listener::stop);
        listeners.clear();
        retireCurrent();
        leaving = true;
        leaveIfDone();
    }

    /// The thread is about to end, and no session is left.
    void onEnd() {
        WorkerHttp connections = http;
        if (connections != null) {
            connections.closeAll();
        }
        resources.pipes().close();
        DatagramRelay relay = datagrams;
        if (relay != null) {
            relay.close();
        }
    }

    /// Ends every session.
    void onCloseSessions(Outcome why) {
        drainHttp();
        for (WorkerGeneration generation : List.copyOf(generations)) {
            generation.closeAll(why);
        }
    }
}
