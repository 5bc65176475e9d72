package io.sluice.upstream;

import java.util.random.RandomGenerator;

/// A peer drawn at random by weight, or the less busy of two drawn ones. Confined to its worker's event loop.
final class RandomChoice extends Balancer {

    private final boolean two;

    private final RandomGenerator random;

    RandomChoice(UpstreamGroup group, boolean two, RandomGenerator random) {
        super(group);
        this.two = two;
        this.random = random;
    }

    @Override
    boolean choose(Selection selection, long nowNanos) {
        Tier tier = group().primaries();
        if (selection.attempts > MAX_ATTEMPTS || tier.size() < 2) {
            return rotate(selection, nowNanos);
        }
        int first = Selection.NONE;
        do {
            int drawn = tier.byWeight(random.nextLong(tier.totalWeight()));
            if (drawn == first || !selection.mayTry(drawn, nowNanos)) {
                continue;
            }
            if (two && first == Selection.NONE) {
                first = drawn;
                continue;
            }
            if (selection.claim(two ? lessBusy(tier, first, drawn) : drawn, nowNanos)) {
                return true;
            }
            first = Selection.NONE;
        } while (++selection.attempts <= MAX_ATTEMPTS);
        return rotate(selection, nowNanos);
    }

    private static int lessBusy(Tier tier, int first, int second) {
        Peer one = tier.peer(first);
        Peer other = tier.peer(second);
        boolean secondBusier = (long) other.activeConnections() * one.weight()
                > (long) one.activeConnections() * other.weight();
        return secondBusier ? first : second;
    }
}
