package io.sluice.transport.channel;

import java.io.IOException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.ReferenceCountUtil;

import io.sluice.transport.StreamSocket;
import io.sluice.transport.linux.Errno;
import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.NativeMemory;

/// How buffers and files get from Netty's outbound buffers to the sockets of one loop. Confined to its worker's event loop.
///
///     while (!outbound.isEmpty() && taken) taken = path.write(outbound, socket);
///     if (!taken) socket.awaitWritable();
final class OutputPath {

    private final WriteBatch batch;

    /// For the position that sendfile(2) takes and returns.
    private final long filePosition = NativeMemory.allocateForever(Long.BYTES, Long.BYTES);

    /// Bytes that the last [#write] got into the kernel.
    private int taken;

    OutputPath(LinuxCalls linux) {
        this.batch = new WriteBatch(linux);
    }

    /// What goes into the outbound buffer for a message: only what a system call can take.
    static Object sendable(Object message, ByteBufAllocator allocator) {
        return switch (message) {
            case ByteBuf buffer when !buffer.isReadable() || WriteBatch.isAddressable(buffer) -> buffer;
            case ByteBuf scattered -> gathered(scattered, allocator);
            case FileSection file -> file;
            default -> throw new UnsupportedOperationException(
                    "neither a buffer nor a file section: " + message.getClass().getName());
        };
    }

    /// On the heap or in pieces: one copy costs less than a vector of small pieces.
    private static ByteBuf gathered(ByteBuf scattered, ByteBufAllocator allocator) {
        int length = scattered.readableBytes();
        ByteBuf whole = allocator.directBuffer(length, length);
        whole.writeBytes(scattered, scattered.readerIndex(), length);
        ReferenceCountUtil.safeRelease(scattered);
        return whole;
    }

    /// Writes what stands first, by one call to the kernel.
    ///
    /// @return whether the socket may take more
    /// @throws IOException when the call fails, or a file is shorter than was said
    boolean write(ChannelOutboundBuffer outbound, StreamSocket socket) throws Exception {
        taken = 0;
        return outbound.current() instanceof FileSection file
                ? writeFile(outbound, file, socket)
                : writeBuffers(outbound, socket);
    }

    private boolean writeBuffers(ChannelOutboundBuffer outbound, StreamSocket socket) throws Exception {
        int bytes = batch.gather(outbound);
        int sent = bytes == 0 ? 0 : batch.send(socket.fd());
        if (sent == -Errno.EAGAIN) {
            return false;
        }
        if (sent < 0) {
            throw new ErrnoException("send()", -sent);
        }
        taken = sent;
        batch.remove(outbound, sent);
        return sent == bytes;
    }

    /// True until the socket says EAGAIN: a short answer may mean the end of the file too.
    private boolean writeFile(ChannelOutboundBuffer outbound, FileSection file, StreamSocket socket) throws IOException {
        int sent = file.isDone() ? 0 : file.sendTo(socket.fd(), filePosition);
        if (sent == -Errno.EAGAIN) {
            return false;
        }
        if (sent < 0) {
            throw new ErrnoException("sendfile()", -sent);
        }
        if (sent == 0 && !file.isDone()) {
            throw new IOException(
                    "the file has " + (file.count() - file.transferred()) + " bytes less than were to be sent");
        }
        taken = sent;
        if (file.isDone()) {
            outbound.remove();
        }
        return true;
    }

    /// How many bytes the last [#write] got into the kernel.
    int taken() {
        return taken;
    }

    /// Whether a file is among what was flushed.
    static boolean hasFile(ChannelOutboundBuffer outbound) {
        boolean[] found = new boolean[1];
        try {
            outbound.forEachFlushedMessage(message -> {
                found[0] = message instanceof FileSection;
                return !found[0];
            });
        } catch (Exception e) {
            throw new AssertionError("looking at a message does not throw", e);
        }
        return found[0];
    }

    /// Gives the flushed buffers to the socket's own backlog.
    static void moveToBacklog(ChannelOutboundBuffer outbound, StreamSocket socket) {
        while (outbound.current() instanceof ByteBuf buffer) {
            int length = buffer.readableBytes();
            if (length > 0) {
                socket.send(WriteBatch.address(buffer, buffer.readerIndex()), length);
                buffer.skipBytes(length);
            }
            outbound.remove();
        }
    }
}
