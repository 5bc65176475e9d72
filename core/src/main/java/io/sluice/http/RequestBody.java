package io.sluice.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import org.jspecify.annotations.Nullable;

/// What of a request's body has come, and what of it is kept to be sent, perhaps again. Confined to its worker's event loop.
final class RequestBody {

    private static final int MAX_PARTS = 1024;

    private @Nullable CompositeByteBuf kept;

    private long received;

    private boolean complete;

    private boolean gone;

    /// @param complete there is none
    RequestBody(boolean complete) {
        this.complete = complete;
    }

    /// Part of the body has come; [#keep] or somebody else takes it.
    void arrived(ByteBuf part, boolean last) {
        received += part.readableBytes();
        complete |= last;
    }

    /// Bytes that have come so far.
    long received() {
        return received;
    }

    /// Nothing more follows.
    boolean isComplete() {
        return complete;
    }

    /// Parts have been sent that are not kept: no other peer can be asked.
    boolean isGone() {
        return gone;
    }

    /// Keeps a part, which is the body's from now on.
    void keep(ByteBuf part, ByteBufAllocator allocator) {
        if (!part.isReadable()) {
            part.release();
            return;
        }
        CompositeByteBuf parts = kept;
        if (parts == null) {
            parts = allocator.compositeDirectBuffer(MAX_PARTS);
            kept = parts;
        }
        parts.addComponent(true, part);
    }

    /// What is kept; null: nothing.
    @Nullable ByteBuf kept() {
        return kept;
    }

    long keptBytes() {
        CompositeByteBuf parts = kept;
        return parts == null ? 0 : parts.readableBytes();
    }

    /// A part went to a peer without being kept, or what was kept has gone and more follows.
    void passOn() {
        gone = true;
        release();
    }

    /// What follows is of no use, whoever answers.
    void abandon() {
        complete = true;
        passOn();
    }

    void release() {
        CompositeByteBuf parts = kept;
        if (parts != null) {
            kept = null;
            parts.release();
        }
    }
}
