package io.sluice.server;

import java.io.IOException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.netty.buffer.PooledByteBufAllocator;

import io.sluice.config.model.LogLevel;
import io.sluice.config.model.ProcessConfig;
import io.sluice.http.WorkerHttp;
import io.sluice.metrics.MetricsReader;
import io.sluice.metrics.WorkerMetrics;
import io.sluice.resolve.WorkerNames;
import io.sluice.session.ErrorSink;
import io.sluice.session.InternalFault;
import io.sluice.session.Outcome;
import io.sluice.stream.ConnectionBudget;
import io.sluice.stream.SessionResources;
import io.sluice.stream.WorkerChannels;
import io.sluice.time.LoopClock;
import io.sluice.time.TimerWheel;
import io.sluice.transport.LoopThread;
import io.sluice.transport.PipeBudget;
import io.sluice.transport.PipePool;
import io.sluice.transport.Transport;
import io.sluice.transport.linux.CpuAffinity;
import io.sluice.transport.linux.OpenFilesLimit;
import io.sluice.upstream.Connector;
import io.sluice.variable.ProcessVariables;

/// The workers of a server: starts them, hands sockets out among them, takes them down. Used by one thread at a time, under
/// the server's monitor; only the end of a leaving worker is told by its own thread.
final class WorkerGroup {

    private final Transport transport;

    private final PipeBudget pipes;

    private final ProcessMemory memory;

    /// Outlives generations, as workers do.
    private final ErrorSink errors;

    private final Retirement retirement;

    /// What a worker is told it does in its next turn. One that has not by then hangs: the others must not wait for it, nor
    /// may the process refuse to end.
    private static final long ANSWER_SECONDS = 5;

    /// Once one hangs it is not waited for so long again.
    private static final long ANSWER_SECONDS_OF_HANGING = 1;

    /// Where threads of this process may run when the configuration does not say.
    private final BitSet anywhere;

    /// How many UDP flows, each with a descriptor, all workers may have. One of eight descriptors stays for everything else, so
    /// that a flood of new addresses does not keep TCP from accepting and a reload from reading its files.
    private final int maxFlows;

    private final List<WorkerProxy> active = new ArrayList<>();

    /// Workers that a reload with fewer of them made superfluous; their sessions go on. Each takes itself out.
    private final Set<WorkerProxy> leaving = ConcurrentHashMap.newKeySet();

    /// Of all workers there have been, so that no counter goes back.
    private final List<WorkerMetrics> metrics = new CopyOnWriteArrayList<>();

    /// Of workers whose threads have ended: the next ones go on counting there.
    private final Queue<WorkerMetrics> spareMetrics = new ConcurrentLinkedQueue<>();

    /// What the active workers are confined to at present.
    private List<BitSet> affinity = List.of();

    private boolean hanging;

    WorkerGroup(
            Transport transport, PipeBudget pipes, ProcessMemory memory, ErrorSink errors, Retirement retirement)
            throws IOException {
        this.anywhere = CpuAffinity.current();
        long descriptors = OpenFilesLimit.current().soft();
        this.maxFlows = Math.clamp(descriptors - descriptors / 8, 1, Integer.MAX_VALUE);
        this.transport = transport;
        this.pipes = pipes;
        this.memory = memory;
        this.errors = errors;
        this.retirement = retirement;
    }

    /// Starts as many as are missing; all of them or none.
    void grow(ProcessConfig process) throws IOException {
        int before = active.size();
        boolean grown = false;
        try {
            while (active.size() < process.workers()) {
                active.add(start(active.size(), process));
            }
            grown = true;
        } finally {
            if (!grown) {
                end(before);
            }
        }
    }

    /// Ends the active workers beyond `count`, which have no sessions yet.
    void end(int count) {
        List<WorkerProxy> superfluous = active.subList(count, active.size());
        superfluous.forEach(WorkerProxy::end);
        superfluous.forEach(WorkerProxy::awaitEnd);
        superfluous.clear();
    }

    private WorkerProxy start(int index, ProcessConfig process) throws IOException {
        WorkerMetrics spare = spareMetrics.poll();
        WorkerMetrics its = spare == null ? new WorkerMetrics() : spare;
        if (spare == null) {
            metrics.add(its);
        }
        CompletableFuture<WorkerProxy> itself = new CompletableFuture<>();
        LoopThread thread = LoopThread.create(transport, loop -> Thread.ofPlatform()
                .name("sluice-worker-" + index)
                .unstarted(() -> {
                    loop.run();
                    onThreadEnd(itself, its);
                }));
        Worker worker = CompletableFuture.supplyAsync(
                        () -> worker(thread, its, process, () -> leave(itself.join())), thread)
                .join();
        WorkerProxy proxy = new WorkerProxy(worker, thread, its);
        itself.complete(proxy);
        return proxy;
    }

    /// On the worker's thread, the last that it does.
    private void onThreadEnd(CompletableFuture<WorkerProxy> itself, WorkerMetrics its) {
        WorkerProxy worker = itself.getNow(null);
        if (worker == null || worker.isEnding()) {
            spareMetrics.add(its);
        } else {
            errors.log(LogLevel.EMERG, Thread.currentThread().getName()
                    + " has died, and its connections with it: start the server anew");
        }
    }

    /// On its own thread, when its last session has ended.
    private void leave(WorkerProxy worker) {
        leaving.remove(worker);
        worker.end();
    }

    /// On the worker's own thread, so that its memory is first touched, and its clock first read, where they are used.
    private Worker worker(LoopThread thread, WorkerMetrics its, ProcessConfig process, Runnable onLeft) {
        LoopClock clock = new LoopClock();
        clock.update();
        SessionResources resources = new SessionResources(
                thread.sockets(),
                new WorkerChannels(thread, () -> PooledByteBufAllocator.DEFAULT),
                clock,
                new TimerWheel(clock.nanos()),
                new PipePool(thread.sockets().linux(), pipes),
                new Connector(thread.sockets()),
                new WorkerNames(memory.resolver(), thread),
                its,
                new ConnectionBudget(process.connectionsPerWorker()),
                errors,
                new ProcessVariables(clock, ZoneId.systemDefault(), memory.hostName(), ProxyServer.NGINX_VERSION),
                memory.sessionNumbers());
        return new Worker(
                clock, resources, memory.peers(), memory.httpPeers(),
                () -> new WorkerHttp(resources, ProxyServer.VERSION), retirement,
                onLeft);
    }

    /// Makes a generation effective: workers beyond its number leave, every worker lets go of sockets that it does not keep,
    /// then all take theirs, so that no descriptor is watched twice. Flows come along with their sockets.
    ///
    /// @param removed addresses that nobody wants any more; their queues are emptied
    void install(Generation generation, List<BoundAddress> bound, List<BoundAddress> removed) {
        List<Integer> held = retirement.hold();
        try {
            shrink(generation.config().process().workers());
            retirement.expect(generation.number(), active.size());
            List<Map<BoundSocket, Worker.Assignment>> assignments = assign(generation, bound);
            release(bound, removed, assignments);
            await(pin(generation.config().process().affinity()));
            int maxFlowsOfEach = Math.max(1, maxFlows / active.size());
            List<CompletableFuture<?>> installs = new ArrayList<>();
            for (int i = 0; i < active.size(); i++) {
                installs.add(active.get(i).install(generation, assignments.get(i), maxFlowsOfEach));
            }
            await(installs);
        } finally {
            retirement.letGo(held);
        }
    }

    /// Those that leave may have sockets too: of removed addresses whose flows have not ended.
    private void release(
            List<BoundAddress> bound, List<BoundAddress> removed, List<Map<BoundSocket, Worker.Assignment>> assignments) {
        Set<BoundSocket> closing = sockets(removed);
        Set<BoundSocket> all = sockets(bound);
        all.addAll(closing);
        List<CompletableFuture<?>> releases = new ArrayList<>();
        for (int i = 0; i < active.size(); i++) {
            Set<BoundSocket> foreign = new HashSet<>(all);
            foreign.removeAll(assignments.get(i).keySet());
            releases.add(active.get(i).release(foreign, closing));
        }
        for (WorkerProxy worker : leaving) {
            releases.add(worker.release(all, closing));
        }
        await(releases);
    }

    /// Drains sockets again whose address somebody has wanted for a moment.
    void drainAgain(Set<BoundSocket> sockets) {
        await(each(worker -> worker.release(sockets, sockets)));
    }

    private List<CompletableFuture<?>> pin(List<BitSet> wanted) {
        List<CompletableFuture<?>> pinned = new ArrayList<>();
        if (!wanted.isEmpty() || !affinity.isEmpty()) {
            for (int i = 0; i < active.size(); i++) {
                BitSet processors = wanted.isEmpty() ? anywhere : wanted.get(Math.min(i, wanted.size() - 1));
                pinned.add(active.get(i).pin(processors));
            }
        }
        affinity = wanted;
        return pinned;
    }

    private static Set<BoundSocket> sockets(List<BoundAddress> addresses) {
        return addresses.stream().flatMap(address -> address.sockets().stream()).collect(Collectors.toSet());
    }

    /// Takes the workers beyond `count` out: they accept nothing more, and end with their last session.
    private void shrink(int count) {
        while (active.size() > count) {
            WorkerProxy last = active.removeLast();
            leaving.add(last);
            await(List.of(last.leave()));
        }
    }

    private List<Map<BoundSocket, Worker.Assignment>> assign(Generation generation, List<BoundAddress> bound) {
        Map<ListenPoint.Key, ListenPoint> points = new HashMap<>();
        generation.listenPoints().forEach(point -> points.put(point.key(), point));
        List<Map<BoundSocket, Worker.Assignment>> assignments = new ArrayList<>();
        for (int i = 0; i < active.size(); i++) {
            assignments.add(new HashMap<>());
        }
        for (BoundAddress address : bound) {
            ListenPoint point = points.get(address.key());
            if (point == null) {
                continue;
            }
            List<BoundSocket> sockets = address.sockets();
            boolean shared = address.isShared();
            int count = shared ? Math.min(sockets.size(), active.size()) : sockets.size();
            for (int i = 0; i < count; i++) {
                assignments.get(i % active.size()).put(sockets.get(i), new Worker.Assignment(point, shared));
            }
        }
        return assignments;
    }

    /// Stops accepting everywhere and closes the sockets; sessions go on.
    void drain() {
        awaitAnyEnd(each(WorkerProxy::drain));
    }

    /// Ends all sessions.
    void closeSessions(Outcome why) {
        awaitAnyEnd(each(worker -> worker.closeSessions(why)));
    }

    /// Of all workers since the start.
    MetricsReader metrics() {
        MetricsReader reader = new MetricsReader();
        metrics.forEach(reader::add);
        return reader;
    }

    int size() {
        return active.size();
    }

    /// Ends all threads; no session is left.
    void shutDown() {
        List<WorkerProxy> all = all();
        all.forEach(WorkerProxy::end);
        all.forEach(WorkerProxy::awaitEnd);
        active.clear();
        leaving.clear();
    }

    private List<WorkerProxy> all() {
        return Stream.concat(active.stream(), leaving.stream()).toList();
    }

    private List<CompletableFuture<?>> each(Function<WorkerProxy, CompletableFuture<?>> command) {
        List<CompletableFuture<?>> all = new ArrayList<>();
        all().forEach(worker -> all.add(command.apply(worker)));
        return all;
    }

    /// Waits until workers have done what they were told.
    ///
    /// @throws CompletionException when one has failed
    private void await(List<CompletableFuture<?>> told) {
        CompletableFuture<Void> all = CompletableFuture.allOf(told.toArray(CompletableFuture[]::new));
        long seconds = hanging ? ANSWER_SECONDS_OF_HANGING : ANSWER_SECONDS;
        try {
            all.orTimeout(seconds, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof TimeoutException)) {
                throw e;
            }
            hanging = true;
            errors.log(LogLevel.EMERG, "a worker has not answered for " + seconds + " seconds: it hangs");
        }
    }

    /// Waits as [#await], for workers that are to end: whatever fails is told, and keeps nothing from ending.
    private void awaitAnyEnd(List<CompletableFuture<?>> told) {
        try {
            await(told);
        } catch (CompletionException e) {
            InternalFault fault = new InternalFault(e.getCause() == null ? e : e.getCause());
            errors.log(fault.level(), fault.toString());
        }
    }
}
