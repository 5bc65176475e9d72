package io.sluice.upstream;

import java.util.zip.CRC32;

/// A peer by the hash of the session's key, modulo the weights: the mapping of Cache::Memcached. Confined to its worker's
/// event loop.
///
/// A change of the group moves nearly all keys. When the peer cannot be had, the key is hashed again with the number of
/// the attempt before it and the sum of all hashes decides.
final class HashModulo extends Balancer {

    private final CRC32 crc = new CRC32();

    HashModulo(UpstreamGroup group) {
        super(group);
    }

    @Override
    boolean choose(Selection selection, long nowNanos) {
        if (selection.attempts > MAX_ATTEMPTS || group().alone() || selection.key().length == 0) {
            return rotate(selection, nowNanos);
        }
        Tier tier = group().primaries();
        do {
            selection.position += hash(selection.hashes++, selection.key());
            int index = tier.byWeight(selection.position % tier.totalWeight());
            if (selection.mayTry(index, nowNanos) && selection.claim(index, nowNanos)) {
                return true;
            }
        } while (++selection.attempts <= MAX_ATTEMPTS);
        return rotate(selection, nowNanos);
    }

    /// 15 bits of the key's checksum, with the repetition's decimal digits before it from the first repetition on.
    private int hash(int repetition, byte[] key) {
        crc.reset();
        if (repetition > 0) {
            int unit = 1;
            while (repetition / unit >= 10) {
                unit *= 10;
            }
            for (; unit > 0; unit /= 10) {
                crc.update('0' + repetition / unit % 10);
            }
        }
        crc.update(key, 0, key.length);
        return (int) (crc.getValue() >> 16) & 0x7fff;
    }
}
