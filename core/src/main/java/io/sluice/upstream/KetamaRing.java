package io.sluice.upstream;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;

import io.sluice.variable.ByteText;

/// The points of a consistent hash: 160 for each unit of weight, the same that nginx and Cache::Memcached::Fast compute.
/// Immutable.
///
/// Points belong to servers as written, not to addresses: a name that resolves to several addresses has the points of one
/// server, and its peers share what falls on them.
final class KetamaRing {

    private static final int POINTS_PER_WEIGHT = 160;

    // A hundred thousand units of weight; what is beyond is a slip in the configuration, and would fill the heap.
    private static final long MAX_POINTS = 16_000_000;

    private static final String UNIX_PREFIX = "unix:";

    // Ascending as unsigned numbers, all different.
    private final int[] hashes;

    // For each hash the indices of its server's peers.
    private final int[][] peers;

    KetamaRing(Tier tier) {
        if (tier.totalWeight() > MAX_POINTS / POINTS_PER_WEIGHT) {
            throw new IllegalArgumentException("weights of a consistent hash sum up to more than "
                    + MAX_POINTS / POINTS_PER_WEIGHT + ": " + tier.totalWeight());
        }
        Map<String, Integer> servers = new LinkedHashMap<>();
        long[] points = new long[(int) tier.totalWeight() * POINTS_PER_WEIGHT];
        int count = 0;
        for (int i = 0; i < tier.size(); i++) {
            Peer peer = tier.peer(i);
            int server = servers.computeIfAbsent(peer.serverName(), _ -> servers.size());
            count = addPoints(peer, server, points, count);
        }
        Arrays.sort(points);
        int[][] members = members(tier, servers);
        int[] distinct = new int[points.length];
        int[][] owners = new int[points.length][];
        int kept = 0;
        for (long point : points) {
            int hash = (int) (point >> Integer.SIZE) ^ Integer.MIN_VALUE;
            if (kept == 0 || distinct[kept - 1] != hash) {
                distinct[kept] = hash;
                owners[kept++] = members[(int) point];
            }
        }
        this.hashes = Arrays.copyOf(distinct, kept);
        this.peers = Arrays.copyOf(owners, kept);
    }

    int size() {
        return hashes.length;
    }

    /// The position of the first point at or after `hash` (unsigned), going around.
    int firstFrom(int hash) {
        int low = 0;
        int high = hashes.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Integer.compareUnsigned(hashes[middle], hash) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == hashes.length ? 0 : low;
    }

    /// The position after `position`, going around.
    int after(int position) {
        return position + 1 == hashes.length ? 0 : position + 1;
    }

    /// The indices of the peers that the point at `position` belongs to; not to be written to.
    int[] peersAt(int position) {
        return peers[position];
    }

    /// Each point is the checksum of host, a zero byte, port and the point before it, least significant byte first.
    /// Written as hash above server, the hash's top bit flipped, so that sorting signed numbers sorts unsigned hashes.
    private static int addPoints(Peer peer, int server, long[] points, int from) {
        byte[] identity = identity(peer.serverName());
        CRC32 crc = new CRC32();
        int previous = 0;
        int to = from + peer.weight() * POINTS_PER_WEIGHT;
        for (int i = from; i < to; i++) {
            crc.reset();
            crc.update(identity, 0, identity.length);
            for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
                crc.update(previous >>> shift);
            }
            previous = (int) crc.getValue();
            points[i] = (long) (previous ^ Integer.MIN_VALUE) << Integer.SIZE | server;
        }
        return to;
    }

    /// Host, a zero byte, port; the port is what follows the last colon if that is digits only, else there is none.
    private static byte[] identity(String serverName) {
        if (serverName.regionMatches(true, 0, UNIX_PREFIX, 0, UNIX_PREFIX.length())) {
            return bytes(serverName.substring(UNIX_PREFIX.length()) + '\0');
        }
        int digits = serverName.length();
        while (digits > 0 && serverName.charAt(digits - 1) >= '0' && serverName.charAt(digits - 1) <= '9') {
            digits--;
        }
        boolean hasPort = digits > 0 && serverName.charAt(digits - 1) == ':';
        return bytes(hasPort
                ? serverName.substring(0, digits - 1) + '\0' + serverName.substring(digits)
                : serverName + '\0');
    }

    private static byte[] bytes(String text) {
        return ByteText.bytes(ByteText.of(text));
    }

    private static int[][] members(Tier tier, Map<String, Integer> servers) {
        int[][] members = new int[servers.size()][0];
        for (int i = 0; i < tier.size(); i++) {
            int server = servers.getOrDefault(tier.peer(i).serverName(), 0);
            int[] known = members[server];
            members[server] = Arrays.copyOf(known, known.length + 1);
            members[server][known.length] = i;
        }
        return members;
    }
}
