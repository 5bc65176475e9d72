package io.sluice.upstream;

import java.util.List;

/// The peers of a group that are chosen among at one time: its primaries, or its backups. Immutable.
final class Tier {

    private final Peer[] peers;

    private final int[] everyIndex;

    // Weights summed up to and including each peer.
    private final long[] weightThrough;

    Tier(List<Peer> members) {
        this.peers = members.toArray(new Peer[0]);
        this.everyIndex = new int[peers.length];
        this.weightThrough = new long[peers.length];
        long sum = 0;
        for (int i = 0; i < peers.length; i++) {
            everyIndex[i] = i;
            sum += peers[i].weight();
            weightThrough[i] = sum;
        }
    }

    int size() {
        return peers.length;
    }

    Peer peer(int index) {
        return peers[index];
    }

    /// All indices in order; not to be written to.
    int[] everyIndex() {
        return everyIndex;
    }

    long totalWeight() {
        return weightThrough[peers.length - 1];
    }

    /// The peer that `point`, from 0 to below [#totalWeight], falls on when each has as many points as its weight.
    int byWeight(long point) {
        int low = 0;
        int high = peers.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (point < weightThrough[middle]) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /// How many are not marked down: the attempts a session has here.
    int candidates() {
        int count = 0;
        for (Peer peer : peers) {
            count += peer.down() ? 0 : 1;
        }
        return count;
    }
}
