package io.sluice.upstream;

import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.BalancingPolicy;

/// Chooses which peer of a group a session gets: one policy, with the rotation that every policy falls back to. Confined to
/// its worker's event loop.
///
/// Each worker has its own, so that choosing takes no lock. A group with `zone` has one for all workers, which guards itself
/// by its monitor. Whether a peer works, and how busy it is, is known to the whole process either way. Choosing allocates
/// nothing.
public abstract sealed class Balancer permits RoundRobin, LeastConnections, HashModulo, ConsistentHash, IpHash, RandomChoice {

    /// How many positions a policy looks at in one session before it leaves the choice to the rotation.
    static final int MAX_ATTEMPTS = 20;

    private final UpstreamGroup group;

    private final Rotation primaries;

    private final @Nullable Rotation backups;

    Balancer(UpstreamGroup group) {
        this.group = group;
        this.primaries = new Rotation(group.primaries());
        Tier second = group.backups();
        this.backups = second == null ? null : new Rotation(second);
    }

    static Balancer create(UpstreamGroup group, RandomGenerator random) {
        return switch (group.policy()) {
            case BalancingPolicy.RoundRobin _ -> new RoundRobin(group);
            case BalancingPolicy.LeastConnections _ -> new LeastConnections(group);
            case BalancingPolicy.Hash hash -> hash.consistent() ? new ConsistentHash(group) : new HashModulo(group);
            case BalancingPolicy.IpHash _ -> new IpHash(group);
            case BalancingPolicy.Random policy -> new RandomChoice(group, policy.two(), random);
        };
    }

    /// Whose peers are balanced.
    public final UpstreamGroup group() {
        return group;
    }

    /// Chooses and claims a peer for the session; false when there is none.
    final boolean select(Selection selection, long nowNanos) {
        if (!group.shared()) {
            return choosePreferred(selection, nowNanos) || chooseAny(selection, nowNanos);
        }
        synchronized (this) {
            return choosePreferred(selection, nowNanos) || chooseAny(selection, nowNanos);
        }
    }

    /// Without primaries, whose names do not resolve, there is nothing for a policy to choose from.
    private boolean chooseAny(Selection selection, long nowNanos) {
        return group.primaries().size() == 0 ? rotate(selection, nowNanos) : choose(selection, nowNanos);
    }

    private boolean choosePreferred(Selection selection, long nowNanos) {
        int index = selection.preferredIndex(nowNanos);
        if (index == Selection.NONE || !selection.claim(index, nowNanos)) {
            return false;
        }
        claimedBySession(selection, index, nowNanos);
        return true;
    }

    /// A sticky session has got the peer that it belongs to.
    void claimedBySession(Selection selection, int index, long nowNanos) {}

    /// The session could not connect to the peer at `index` of its tier.
    final void failed(boolean ofBackups, int index) {
        Rotation rotation = rotation(ofBackups);
        if (!group.shared()) {
            rotation.penalize(index);
            return;
        }
        synchronized (this) {
            rotation.penalize(index);
        }
    }

    /// The policy itself.
    abstract boolean choose(Selection selection, long nowNanos);

    /// Chooses by rotation: among the primaries, then among the backups.
    final boolean rotate(Selection selection, long nowNanos) {
        if (rotation(selection.onBackups()).next(selection, nowNanos)) {
            return true;
        }
        return selection.turnToBackups() && rotation(true).next(selection, nowNanos);
    }

    final Rotation rotation(boolean ofBackups) {
        Rotation second = backups;
        return ofBackups && second != null ? second : primaries;
    }
}
