package io.sluice.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.sluice.config.model.Address;
import io.sluice.config.model.LogLevel;
import io.sluice.config.model.ProcessConfig;
import io.sluice.metrics.WorkerMetrics;
import io.sluice.session.ErrorSink;
import io.sluice.session.Outcome;
import io.sluice.tcp.ConnectionBudget;
import io.sluice.tcp.SessionResources;
import io.sluice.time.LoopClock;
import io.sluice.time.TimerWheel;
import io.sluice.transport.ListenSocket;
import io.sluice.transport.LoopThread;
import io.sluice.transport.PipeBudget;
import io.sluice.transport.PipePool;
import io.sluice.transport.Transport;
import io.sluice.transport.linux.CpuAffinity;
import io.sluice.upstream.Connector;
import io.sluice.variable.ProcessVariables;

/// The workers of a server: starts them, hands sockets out among them, takes them down. Used by the thread that reloads
/// only.
final class WorkerGroup {

    private final Transport transport;

    private final PipeBudget pipes;

    private final ProcessMemory memory;

    private final ErrorSink errors;

    private final Retirement retirement;

    private final List<WorkerProxy> active = new ArrayList<>();

    /// Workers that a reload with fewer of them made superfluous; their sessions go on.
    private final List<WorkerProxy> leaving = new ArrayList<>();

    WorkerGroup(
            Transport transport, PipeBudget pipes, ProcessMemory memory, ErrorSink errors, Retirement retirement) {
        this.transport = transport;
        this.pipes = pipes;
        this.memory = memory;
        this.errors = errors;
        this.retirement = retirement;
    }

    /// Starts as many as are missing.
    void grow(ProcessConfig process) throws IOException {
        while (active.size() < process.workers()) {
            active.add(start(active.size(), process));
        }
    }

    private WorkerProxy start(int index, ProcessConfig process) throws IOException {
        LoopThread thread = LoopThread.create(
                transport, Thread.ofPlatform().name("sluice-worker-" + index).factory());
        WorkerMetrics metrics = new WorkerMetrics();
        Worker worker = CompletableFuture.supplyAsync(() -> worker(index, thread, metrics, process), thread)
                .join();
        return new WorkerProxy(worker, thread, metrics);
    }

    /// On the worker's own thread, so that its memory is first touched, and its clock first read, where they are used.
    private Worker worker(int index, LoopThread thread, WorkerMetrics metrics, ProcessConfig process) {
        pin(index, process.affinity());
        LoopClock clock = new LoopClock();
        clock.update();
        SessionResources resources = new SessionResources(
                thread.sockets(),
                clock,
                new TimerWheel(clock.nanos()),
                new PipePool(thread.sockets().linux(), pipes),
                new Connector(thread.sockets()),
                metrics,
                new ConnectionBudget(process.connectionsPerWorker()),
                errors,
                new ProcessVariables(clock, ZoneId.systemDefault(), hostName(), ProxyServer.NGINX_VERSION),
                memory.sessionNumbers());
        return new Worker(clock, resources, memory.peers(), retirement::onRetired);
    }

    private void pin(int index, List<BitSet> affinity) {
        if (affinity.isEmpty()) {
            return;
        }
        try {
            CpuAffinity.set(affinity.get(Math.min(index, affinity.size() - 1)));
        } catch (IOException e) {
            errors.log(LogLevel.ALERT, String.valueOf(e.getMessage()));
        }
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException _) {
            return "localhost";
        }
    }

    /// Makes a generation effective: first every worker lets go of sockets that it does not keep, then all take theirs,
    /// so that no descriptor is watched twice.
    ///
    /// @param removed addresses that nobody wants any more; their queues are emptied
    void install(Generation generation, List<BoundAddress> bound, List<BoundAddress> removed) {
        List<Map<ListenSocket, Worker.Assignment>> assignments = assign(generation, bound);
        Set<ListenSocket> closing = sockets(removed);
        Set<ListenSocket> all = sockets(bound);
        all.addAll(closing);
        retirement.expect(generation.number(), active.size());
        List<CompletableFuture<?>> releases = new ArrayList<>();
        for (int i = 0; i < active.size(); i++) {
            Set<ListenSocket> foreign = new HashSet<>(all);
            foreign.removeAll(assignments.get(i).keySet());
            releases.add(active.get(i).release(foreign, closing));
        }
        awaitAll(releases);
        List<CompletableFuture<?>> installs = new ArrayList<>();
        for (int i = 0; i < active.size(); i++) {
            installs.add(active.get(i).install(generation, assignments.get(i)));
        }
        awaitAll(installs);
    }

    private static Set<ListenSocket> sockets(List<BoundAddress> addresses) {
        return addresses.stream().flatMap(address -> address.sockets().stream()).collect(Collectors.toSet());
    }

    /// Takes the workers beyond `count` out: they accept nothing more, and end with their last session.
    void shrink(int count) {
        while (active.size() > count) {
            WorkerProxy last = active.removeLast();
            leaving.add(last);
            last.retire().join();
        }
    }

    private List<Map<ListenSocket, Worker.Assignment>> assign(Generation generation, List<BoundAddress> bound) {
        Map<Address, ListenPoint> points = new HashMap<>();
        generation.listenPoints().forEach(point -> points.put(point.site().address(), point));
        List<Map<ListenSocket, Worker.Assignment>> assignments = new ArrayList<>();
        for (int i = 0; i < active.size(); i++) {
            assignments.add(new HashMap<>());
        }
        for (BoundAddress address : bound) {
            ListenPoint point = points.get(address.address());
            if (point == null) {
                continue;
            }
            List<ListenSocket> sockets = address.sockets();
            boolean shared = address.isShared();
            int count = shared ? Math.min(sockets.size(), active.size()) : sockets.size();
            for (int i = 0; i < count; i++) {
                assignments.get(i % active.size()).put(sockets.get(i), new Worker.Assignment(point, shared));
            }
        }
        return assignments;
    }

    /// Stops accepting everywhere; sessions go on.
    void drain() {
        awaitAll(each(WorkerProxy::drain));
    }

    /// Ends all sessions.
    void closeSessions(Outcome why) {
        awaitAll(each(worker -> worker.closeSessions(why)));
    }

    /// Sessions that have not ended.
    int sessions() {
        return Stream.concat(active.stream(), leaving.stream())
                .map(WorkerProxy::sessions)
                .toList()
                .stream()
                .mapToInt(CompletableFuture::join)
                .sum();
    }

    List<WorkerMetrics> metrics() {
        return Stream.concat(active.stream(), leaving.stream())
                .map(WorkerProxy::metrics)
                .toList();
    }

    int size() {
        return active.size();
    }

    /// Ends all threads.
    void shutDown() {
        Stream.concat(active.stream(), leaving.stream()).forEach(WorkerProxy::shutDown);
        active.clear();
        leaving.clear();
    }

    private List<CompletableFuture<?>> each(Function<WorkerProxy, CompletableFuture<?>> command) {
        List<CompletableFuture<?>> all = new ArrayList<>();
        Stream.concat(active.stream(), leaving.stream()).forEach(worker -> all.add(command.apply(worker)));
        return all;
    }

    private static void awaitAll(List<CompletableFuture<?>> all) {
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
    }
}
