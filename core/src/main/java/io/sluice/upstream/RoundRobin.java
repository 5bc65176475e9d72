package io.sluice.upstream;

/// Weighted rotation, the policy of a group that names none. Confined to its worker's event loop.
final class RoundRobin extends Balancer {

    RoundRobin(UpstreamGroup group) {
        super(group);
    }

    @Override
    boolean choose(Selection selection, long nowNanos) {
        return rotate(selection, nowNanos);
    }

    @Override
    void claimedBySession(Selection selection, int index, long nowNanos) {
        rotation(selection.onBackups()).charge(selection, index, nowNanos);
    }
}
