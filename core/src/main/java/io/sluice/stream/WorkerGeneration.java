package io.sluice.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.sluice.session.Outcome;
import io.sluice.upstream.Balancer;

/// What one worker holds for one generation: its balancers, and the sessions, flows and exchanges that began with it. Confined to its
/// worker's event loop.
public final class WorkerGeneration {

    private final int number;

    private final Map<String, Supplier<Balancer>> balancers;

    private final ComputedTargets computedTargets;

    private final Runnable onEmpty;

    private @Nullable Member first;

    private int size;

    private boolean retired;

    private boolean told;

    /// @param number of the generation, counted from 1
    /// @param balancers this worker's, by the name of their group; asked for each session, since peers may change
    /// @param onEmpty called once, when it is retired and its last session has ended
    public WorkerGeneration(
            int number, Map<String, Supplier<Balancer>> balancers, ComputedTargets computedTargets, Runnable onEmpty) {
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
        Supplier<Balancer> its = balancers.get(upstream);
        return its == null ? null : its.get();
    }

    /// Groups for what `proxy_pass` with variables came to.
    ComputedTargets computedTargets() {
        return computedTargets;
    }

    /// The balancer for the value of a `proxy_pass` with variables: a group's name or a literal address.
    ///
    /// @return null when it is neither
    @Nullable Balancer computedBalancer(String target) {
        Balancer named = balancer(target);
        return named != null ? named : computedTargets.balancer(target);
    }

    /// No session is added any more.
    public void retire() {
        if (!retired) {
            retired = true;
            tellIfEmpty();
        }
    }

    /// Ends every member.
    public void closeAll(Outcome outcome) {
        List<Member> open = new ArrayList<>(size);
        for (Member member = first; member != null; member = member.nextMember) {
            open.add(member);
        }
        open.forEach(member -> close(member, outcome));
    }

    private static void close(Member member, Outcome outcome) {
        try {
            member.close(outcome);
        } catch (Throwable fault) {
            member.onFault(fault);
        }
    }

    /// It belongs to the generation until [#remove].
    public void add(Member member) {
        size++;
        member.nextMember = first;
        if (first != null) {
            first.previousMember = member;
        }
        first = member;
    }

    /// It has ended.
    public void remove(Member member) {
        size--;
        if (member.previousMember != null) {
            member.previousMember.nextMember = member.nextMember;
        } else {
            first = member.nextMember;
        }
        if (member.nextMember != null) {
            member.nextMember.previousMember = member.previousMember;
        }
        member.previousMember = null;
        member.nextMember = null;
        tellIfEmpty();
    }

    /// Once: a kept-alive connection of an address that was removed may still bring an exchange to a retired generation.
    private void tellIfEmpty() {
        if (retired && size == 0 && !told) {
            told = true;
            onEmpty.run();
        }
    }
}
