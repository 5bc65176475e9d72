package io.sluice.transport.channel;

import java.lang.foreign.MemorySegment;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOutboundBuffer;

import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.NativeMemory;

/// The buffers that go out by one call: struct iovec's of a loop. Confined to its worker's event loop.
///
///     int bytes = batch.gather(outbound);
///     int sent = batch.send(fd);
///     batch.remove(outbound, sent);
final class WriteBatch implements ChannelOutboundBuffer.MessageProcessor {

    private static final int MAX_BUFFERS = 64;

    /// More is not taken at once by any socket; a larger number would only make for longer turns.
    private static final int MAX_BYTES = 1 << 20;

    /// struct iovec { void *iov_base; size_t iov_len; }.
    private static final int IOVEC_BYTES = 16;

    /// struct msghdr on 64-bit machines: name, its length and padding, msg_iov, msg_iovlen, control, its length, flags.
    private static final int HEADER_BYTES = 56;

    private static final int HEADER_IOV = 16;

    private static final int HEADER_IOVLEN = 24;

    private final LinuxCalls linux;

    private final long vectors = NativeMemory.allocateForever((long) MAX_BUFFERS * IOVEC_BYTES, 16);

    private final long header = NativeMemory.allocateForever(HEADER_BYTES, 16);

    private final ChannelOutboundBuffer.MessageProcessor consume = this::consume;

    private int count;

    private int bytes;

    private int unconsumed;

    WriteBatch(LinuxCalls linux) {
        this.linux = linux;
        NativeMemory.putLong(header + HEADER_IOV, vectors);
    }

    /// Takes the buffers that stand first, up to a file or a limit.
    ///
    /// @return how many bytes they have
    int gather(ChannelOutboundBuffer outbound) throws Exception {
        count = 0;
        bytes = 0;
        outbound.forEachFlushedMessage(this);
        return bytes;
    }

    @Override
    public boolean processMessage(Object message) {
        if (!(message instanceof ByteBuf buffer)) {
            return false;
        }
        int length = Math.min(buffer.readableBytes(), MAX_BYTES - bytes);
        if (length > 0) {
            long vector = vectors + (long) count * IOVEC_BYTES;
            NativeMemory.putLong(vector, address(buffer, buffer.readerIndex()));
            NativeMemory.putLong(vector + Long.BYTES, length);
            bytes += length;
            count++;
        }
        return count < MAX_BUFFERS && bytes < MAX_BYTES;
    }

    /// Sends what was gathered, as far as the socket takes it.
    ///
    /// @return how many bytes went, or a negated error number
    int send(int fd) {
        if (count == 1) {
            return linux.send(fd, NativeMemory.getLong(vectors), bytes, 0);
        }
        NativeMemory.putLong(header + HEADER_IOVLEN, count);
        return linux.sendMessage(fd, header, 0);
    }

    /// Removes what was sent. All of it is marked as sent before the first promise is fulfilled, since a listener may close
    /// the channel or hand its socket over.
    void remove(ChannelOutboundBuffer outbound, int sent) throws Exception {
        unconsumed = sent;
        outbound.forEachFlushedMessage(consume);
        while (outbound.current() instanceof ByteBuf first && !first.isReadable()) {
            outbound.remove();
        }
    }

    private boolean consume(Object message) {
        if (unconsumed == 0 || !(message instanceof ByteBuf buffer)) {
            return false;
        }
        int part = Math.min(buffer.readableBytes(), unconsumed);
        buffer.skipBytes(part);
        unconsumed -= part;
        return true;
    }

    /// Whether a buffer's bytes are where the kernel can read them, in one piece.
    static boolean isAddressable(ByteBuf buffer) {
        return buffer.hasMemoryAddress() || (buffer.isDirect() && buffer.nioBufferCount() == 1);
    }

    /// Where a byte of a direct buffer is.
    static long address(ByteBuf buffer, int index) {
        return address(buffer, index, buffer.writerIndex() - index);
    }

    /// As the other, where so many bytes are about to be written.
    static long address(ByteBuf buffer, int index, int length) {
        return buffer.hasMemoryAddress()
                ? buffer.memoryAddress() + index
                : MemorySegment.ofBuffer(buffer.internalNioBuffer(index, length)).address();
    }
}
