package io.sluice.upstream;

import java.util.zip.CRC32;

/// A peer by the place of the session's key on a [KetamaRing]. Confined to its worker's event loop.
///
/// A change of the group moves only the keys of what changed. When no peer of the key's server can be had, the walk goes on
/// to the next point of the ring.
final class ConsistentHash extends Balancer {

    private final CRC32 crc = new CRC32();

    private final KetamaRing ring;

    ConsistentHash(UpstreamGroup group) {
        super(group);
        this.ring = group.ring();
    }

    @Override
    boolean choose(Selection selection, long nowNanos) {
        byte[] key = selection.key();
        if (selection.attempts > MAX_ATTEMPTS || group().alone() || key.length == 0) {
            return rotate(selection, nowNanos);
        }
        if (selection.hashes++ == 0) {
            crc.reset();
            crc.update(key, 0, key.length);
            selection.position = ring.firstFrom((int) crc.getValue());
        }
        Rotation rotation = rotation(false);
        do {
            if (rotation.next(selection, ring.peersAt(selection.position), nowNanos)) {
                return true;
            }
            selection.position = ring.after(selection.position);
        } while (++selection.attempts <= MAX_ATTEMPTS);
        return rotate(selection, nowNanos);
    }
}
