package io.sluice.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.sluice.session.Outcome;
import io.sluice.upstream.Balancer;

/// What one worker holds for one generation: its balancers, and the sessions that began with it. Confined to its
/// worker's event loop.
public final class WorkerGeneration {

    private final int number;

    private final Map<String, Balancer> balancers;

    private final ComputedTargets computedTargets;

    private final Runnable onEmpty;

    private @Nullable StreamSession first;

    private int size;

    private boolean retired;

    /// @param number of the generation, counted from 1
    /// @param balancers this worker's, by the name of their group
    /// @param onEmpty called once, when it is retired and its last session has ended
    public WorkerGeneration(
            int number, Map<String, Balancer> balancers, ComputedTargets computedTargets, Runnable onEmpty) {
        this.number = number;
        this.balancers = Map.copyOf(balancers);
        this.computedTargets = computedTargets;
        this.onEmpty = onEmpty;
    }

    /// The generation's number.
    public int number() {
        return number;
    }

    /// Sessions that have not ended.
    public int size() {
        return size;
    }

    /// The balancer of a group; null when there is no such group.
    @Nullable Balancer balancer(String upstream) {
        return balancers.get(upstream);
    }

    /// The balancer for the value of a `proxy_pass` with variables: a group's name or a literal address.
    ///
    /// @return null when it is neither
    @Nullable Balancer computedBalancer(String target) {
        Balancer named = balancers.get(target);
        return named != null ? named : computedTargets.balancer(target);
    }

    /// No session is added any more.
    public void retire() {
        if (!retired) {
            retired = true;
            if (size == 0) {
                onEmpty.run();
            }
        }
    }

    /// Ends every session.
    public void closeAll(Outcome outcome) {
        List<StreamSession> open = new ArrayList<>(size);
        for (StreamSession session = first; session != null; session = session.nextSession) {
            open.add(session);
        }
        open.forEach(session -> close(session, outcome));
    }

    private static void close(StreamSession session, Outcome outcome) {
        try {
            session.close(outcome);
        } catch (Throwable fault) {
            session.onFault(fault);
        }
    }

    void add(StreamSession session) {
        size++;
        session.nextSession = first;
        if (first != null) {
            first.previousSession = session;
        }
        first = session;
    }

    void remove(StreamSession session) {
        size--;
        if (session.previousSession != null) {
            session.previousSession.nextSession = session.nextSession;
        } else {
            first = session.nextSession;
        }
        if (session.nextSession != null) {
            session.nextSession.previousSession = session.previousSession;
        }
        session.previousSession = null;
        session.nextSession = null;
        if (retired && size == 0) {
            onEmpty.run();
        }
    }
}
