package io.sluice.http;

import io.netty.buffer.CompositeByteBuf;
import org.jspecify.annotations.Nullable;

import io.sluice.session.Side;
import io.sluice.tcp.RelayPair;
import io.sluice.transport.SocketLoop;
import io.sluice.transport.linux.NativeMemory;

/// What the codecs had read before the sockets were a relay's. Thread-safe: no state; used on the worker.
final class HandedOver {

    private HandedOver() {}

    /// Passes it on first, and gives it back.
    static void forward(RelayPair pair, Side from, @Nullable CompositeByteBuf bytes) {
        if (bytes == null) {
            return;
        }
        try {
            byte[] copy = new byte[Math.min(bytes.readableBytes(), SocketLoop.MAX_READ_BYTES)];
            long scratch = pair.resources().loop().scratch();
            while (bytes.isReadable() && !pair.isClosed()) {
                int length = Math.min(bytes.readableBytes(), copy.length);
                bytes.readBytes(copy, 0, length);
                NativeMemory.put(scratch, copy, 0, length);
                pair.forward(from, scratch, length);
            }
        } finally {
            bytes.release();
        }
    }
}
