package io.sluice.upstream;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The peers of a group that are chosen among at one time: its primaries, or its backups. Immutable.
final class Tier {

    private static final int[] NOBODY = {};

    private final Peer[] peers;

    private final int[] everyIndex;

    // Weights summed up to and including each peer.
    private final long[] weightThrough;

    // The indices of each Peer#id; empty unless sessions are sticky.
    private final Map<String, int[]> byId;

    /// @param sticky whether peers are looked up by their ids
    Tier(List<Peer> members, boolean sticky) {
        this.peers = members.toArray(new Peer[0]);
        this.everyIndex = new int[peers.length];
        this.weightThrough = new long[peers.length];
        long sum = 0;
        for (int i = 0; i < peers.length; i++) {
            everyIndex[i] = i;
            sum += peers[i].weight();
            weightThrough[i] = sum;
        }
        this.byId = sticky ? byId() : Map.of();
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
        return peers.length == 0 ? 0 : weightThrough[peers.length - 1];
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

    /// The indices of the peers with an id, which several have when their `route` is the same; not to be written to.
    int[] allOf(String id) {
        return byId.getOrDefault(id, NOBODY);
    }

    /// The first of them, [Selection#NONE] when there is none.
    int firstOf(String id) {
        int[] all = allOf(id);
        return all.length == 0 ? Selection.NONE : all[0];
    }

    /// How many are marked neither down nor draining: the attempts a session has here.
    int candidates() {
        int count = 0;
        for (Peer peer : peers) {
            count += peer.down() || peer.drain() ? 0 : 1;
        }
        return count;
    }

    private Map<String, int[]> byId() {
        Map<String, int[]> indices = new HashMap<>();
        for (int i : everyIndex) {
            indices.merge(peers[i].id(), new int[] {i}, Tier::joined);
        }
        return Map.copyOf(indices);
    }

    private static int[] joined(int[] some, int[] others) {
        int[] all = Arrays.copyOf(some, some.length + others.length);
        System.arraycopy(others, 0, all, some.length, others.length);
        return all;
    }
}
