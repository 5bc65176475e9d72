package io.sluice.route;

import io.sluice.config.model.ByteSize;

/// How much fits into a shared memory zone of nginx, on 64-bit Linux. Immutable.
///
/// Memory is handed out in pieces whose size is a power of two, and in whole pages above half a page.
record ZoneSpace(long bytes) {

    private static final int PAGE_BYTES = 4096;

    private static final int PAGE_WITH_DESCRIPTOR_BYTES = PAGE_BYTES + 24;

    // What a zone keeps for itself.
    private static final int RESERVED_PAGES = 3;

    /// What a zone of this size has for entries.
    static ZoneSpace of(ByteSize zone) {
        long pages = Math.max(1, zone.bytes() / PAGE_WITH_DESCRIPTOR_BYTES - RESERVED_PAGES);
        return new ZoneSpace(pages * PAGE_BYTES);
    }

    /// What an entry of `bytes` bytes takes.
    static int taken(int bytes, int smallest) {
        if (bytes > PAGE_BYTES / 2) {
            return (bytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
        }
        return bytes <= smallest ? smallest : Integer.highestOneBit(bytes - 1) << 1;
    }
}
