package io.sluice.server;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.LogLevel;
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
import io.sluice.upstream.Balancer;
import io.sluice.upstream.PeerStates;

/// One event loop and everything confined to it: listeners, sessions, timers. Confined to its worker's event loop.
///
/// Other threads speak to it through [WorkerProxy]; what arrives from there begins with `on`.
final class Worker implements TurnHandler {

    private final LoopClock clock;

    private final SessionResources resources;

    private final PeerStates peerStates;

    /// Told the number of a generation when its last session on this worker has ended.
    private final IntConsumer onGenerationRetired;

    private final List<Listener> listeners = new ArrayList<>();

    private final List<WorkerGeneration> generations = new ArrayList<>();

    private final Runnable onLeft;

    private @Nullable WorkerGeneration current;

    private boolean leaving;

    /// @param onLeft called when the worker was told to leave, and its last session has ended
    Worker(
            LoopClock clock,
            SessionResources resources,
            PeerStates peerStates,
            IntConsumer onGenerationRetired,
            Runnable onLeft) {
        this.clock = clock;
        this.resources = resources;
        this.peerStates = peerStates;
        this.onGenerationRetired = onGenerationRetired;
        this.onLeft = onLeft;
        resources.loop().turnHandler(this);
    }

    @Override
    public long beforeWait() {
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
    void onInstall(Generation generation, Map<ListenSocket, Assignment> assigned) {
        WorkerGeneration before = current;
        WorkerGeneration installed = newGeneration(generation);
        current = installed;
        resources.connections().limit(generation.config().process().connectionsPerWorker());
        for (Listener listener : listeners) {
            Assignment same = assigned.get(listener.socket());
            if (same != null) {
                listener.install(same.point(), installed);
            }
        }
        Set<ListenSocket> present = new HashSet<>();
        listeners.forEach(listener -> present.add(listener.socket()));
        assigned.forEach((socket, assignment) -> {
            if (!present.contains(socket)) {
                watch(new Listener(socket, assignment.shared(), resources, assignment.point(), installed));
            }
        });
        if (before != null) {
            before.retire();
        }
    }

    /// A socket and what it is for.
    record Assignment(ListenPoint point, boolean shared) {}

    private void watch(Listener listener) {
        int result = listener.start();
        if (result < 0) {
            resources.errors().log(LogLevel.ALERT, "cannot watch a listening socket (" + Errno.describe(-result) + ")");
            return;
        }
        listeners.add(listener);
        resources.connections().count(1);
    }

    private WorkerGeneration newGeneration(Generation generation) {
        Map<String, Balancer> balancers = new HashMap<>();
        generation.groups().forEach((name, group) -> balancers.put(name, group.balancerForWorker()));
        int number = generation.number();
        WorkerGeneration made = new WorkerGeneration(
                number, balancers, new ComputedTargets(peerStates, resources.errors()), () -> onRetired(number));
        generations.add(made);
        return made;
    }

    private void onRetired(int number) {
        generations.removeIf(generation -> generation.number() == number);
        onGenerationRetired.accept(number);
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
    void onRelease(Set<ListenSocket> released, Set<ListenSocket> closing) {
        listeners.removeIf(listener -> {
            if (!released.contains(listener.socket())) {
                return false;
            }
            if (closing.contains(listener.socket())) {
                listener.close();
            } else {
                listener.stop();
            }
            resources.connections().count(-1);
            return true;
        });
    }

    /// No session begins any more; those there are go on.
    void onDrain() {
        for (Listener listener : listeners) {
            listener.close();
        }
        listeners.clear();
        retireCurrent();
    }

    private void retireCurrent() {
        WorkerGeneration last = current;
        if (last != null) {
            current = null;
            last.retire();
        }
    }

    /// Other workers take the sockets; no session begins here any more.
    void onLeave() {
        listeners.forEach(Listener::stop);
        listeners.clear();
        retireCurrent();
        leaving = true;
        leaveIfDone();
    }

    /// The thread is about to end, and no session is left.
    void onEnd() {
        resources.pipes().close();
    }

    /// Ends every session.
    void onCloseSessions(Outcome why) {
        for (WorkerGeneration generation : List.copyOf(generations)) {
            generation.closeAll(why);
        }
    }
}
