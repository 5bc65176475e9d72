package io.sluice.upstream;

/// Smooth weighted rotation over the peers of a tier. Confined to its worker's event loop, or to its group's one balancer.
///
/// Weights 5,1,1 give a a b a c a a, not five a in a row: at each turn every candidate is credited with its effective
/// weight, and the one with the most credit is chosen and pays what all were given. A failure lowers a peer's effective
/// weight, each turn it takes part in raises it by one again.
final class Rotation {

    private final Tier tier;

    private final long[] credit;

    private final int[] effectiveWeight;

    Rotation(Tier tier) {
        this.tier = tier;
        this.credit = new long[tier.size()];
        this.effectiveWeight = new int[tier.size()];
        for (int i = 0; i < effectiveWeight.length; i++) {
            effectiveWeight[i] = tier.peer(i).weight();
        }
    }

    /// Chooses and claims one of the peers for the session.
    boolean next(Selection selection, long nowNanos) {
        return next(selection, tier.everyIndex(), nowNanos);
    }

    /// As [#next(Selection, long)], among some of the tier's peers only.
    boolean next(Selection selection, int[] indices, long nowNanos) {
        while (true) {
            int best = Selection.NONE;
            long given = 0;
            for (int i : indices) {
                if (!selection.mayTry(i, nowNanos)) {
                    continue;
                }
                given += reward(i);
                if (best == Selection.NONE || credit[i] > credit[best]) {
                    best = i;
                }
            }
            if (best == Selection.NONE) {
                return false;
            }
            credit[best] -= given;
            // Fails only when another worker took the last place, or the one probe, since it was looked at.
            if (selection.claim(best, nowNanos)) {
                return true;
            }
        }
    }

    /// Makes a peer that got a session out of turn pay for it, so that others get the next ones.
    ///
    /// Never for more than one session in advance: a peer with many sticky sessions is not kept from new ones for long.
    void charge(Selection selection, int index, long nowNanos) {
        if (credit[index] <= tier.peer(index).weight() - tier.totalWeight()) {
            return;
        }
        long given = tier.peer(index).drain() ? 0 : reward(index);
        for (int i : tier.everyIndex()) {
            // The peer itself counts as tried already.
            if (selection.mayTry(i, nowNanos)) {
                given += reward(i);
            }
        }
        credit[index] -= given;
    }

    /// Whose turn it is among the peers that are as busy as `first`, none of which comes before it.
    ///
    /// @param load each peer's sessions, negative when it cannot be had
    int nextOfEqualLoad(int first, int[] load) {
        int best = first;
        long given = 0;
        for (int i = first; i < load.length; i++) {
            if (load[i] < 0 || compareLoad(load, i, first) != 0) {
                continue;
            }
            given += reward(i);
            if (credit[i] > credit[best]) {
                best = i;
            }
        }
        credit[best] -= given;
        return best;
    }

    /// Compares sessions per weight.
    int compareLoad(int[] load, int one, int other) {
        return Long.compare(
                (long) load[one] * tier.peer(other).weight(), (long) load[other] * tier.peer(one).weight());
    }

    /// Trusts a peer less after a failure.
    void penalize(int index) {
        Peer peer = tier.peer(index);
        if (peer.maxFails() > 0) {
            effectiveWeight[index] = Math.max(0, effectiveWeight[index] - peer.weight() / peer.maxFails());
        }
    }

    private int reward(int index) {
        int weight = effectiveWeight[index];
        credit[index] += weight;
        if (weight < tier.peer(index).weight()) {
            effectiveWeight[index]++;
        }
        return weight;
    }
}
