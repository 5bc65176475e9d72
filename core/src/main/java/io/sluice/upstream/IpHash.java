package io.sluice.upstream;

/// A peer by the client's address: nginx's `ip_hash`, with its arithmetic, so that clients keep their peers when one proxy
/// replaces the other. Confined to its worker's event loop.
///
/// The key is what counts of the address: three bytes of an IPv4 address, all sixteen of an IPv6 one.
final class IpHash extends Balancer {

    private static final int START = 89;

    private static final int FACTOR = 113;

    private static final int MODULUS = 6271;

    IpHash(UpstreamGroup group) {
        super(group);
    }

    @Override
    boolean choose(Selection selection, long nowNanos) {
        if (selection.attempts > MAX_ATTEMPTS || group().alone()) {
            return rotate(selection, nowNanos);
        }
        Tier tier = group().primaries();
        do {
            selection.position = hash(selection.hashes++ == 0 ? START : selection.position, selection.key());
            int index = tier.byWeight(selection.position % tier.totalWeight());
            if (selection.mayTry(index, nowNanos) && selection.claim(index, nowNanos)) {
                return true;
            }
        } while (++selection.attempts <= MAX_ATTEMPTS);
        return rotate(selection, nowNanos);
    }

    private static int hash(int from, byte[] key) {
        int hash = from;
        for (byte b : key) {
            hash = (hash * FACTOR + (b & 0xff)) % MODULUS;
        }
        return hash;
    }
}
