package io.sluice.transport;

import org.jspecify.annotations.Nullable;

/// A pipe to splice(2) through, lent by a [PipePool]. Confined to its worker's event loop.
public final class Pipe {

    final int readEnd;

    final int writeEnd;

    int pages;

    /// Bytes inside.
    int length;

    /// When a write out of it last found the sink full, and nothing has moved since; 0: it moves.
    long blockedSinceNanos;

    @Nullable PipeHolder holder;

    @Nullable Pipe previousLent;

    @Nullable Pipe nextLent;

    Pipe(int readEnd, int writeEnd, int pages) {
        this.readEnd = readEnd;
        this.writeEnd = writeEnd;
        this.pages = pages;
    }

    /// The descriptor to splice out of.
    public int readEnd() {
        return readEnd;
    }

    /// The descriptor to splice into.
    public int writeEnd() {
        return writeEnd;
    }

    /// How many bytes it can hold at most; the kernel may find it full earlier, since each page counts whole.
    public int capacity() {
        return pages * PipePool.PAGE_BYTES;
    }

    /// Bytes inside.
    public int length() {
        return length;
    }

    /// Counts bytes spliced into it.
    public void added(int bytes) {
        length += bytes;
    }

    /// Counts bytes spliced out of it.
    public void removed(int bytes) {
        length -= bytes;
        blockedSinceNanos = 0;
    }

    /// Notes that the sink takes nothing at present.
    public void blocked(long nowNanos) {
        if (blockedSinceNanos == 0) {
            blockedSinceNanos = nowNanos == 0 ? 1 : nowNanos;
        }
    }
}
