package io.sluice.transport.channel;

import java.net.SocketAddress;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

import io.sluice.transport.LoopThread;
import io.sluice.transport.SocketLoop;
import io.sluice.transport.StreamHandler;
import io.sluice.transport.StreamSocket;
import io.sluice.transport.linux.Errno;
import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.LinuxConstants;
import io.sluice.transport.linux.NativeMemory;
import io.sluice.transport.linux.SocketAddresses;

/// Makes the channels of one loop and holds what they share. Confined to its worker's event loop.
///
///     StreamChannels channels = new StreamChannels(thread, ByteBufAllocator.DEFAULT);
///     StreamChannel channel = channels.connected(socket);        // socket: accepted, or its connect has ended well
///     channel.pipeline().addLast(...);
///     thread.register(channel);                                  // active, and reads if autoRead is on
public final class StreamChannels {

    /// Stands in while a socket connects, until [#connecting] makes the channel its handler, which has to be at once.
    public static final StreamHandler NOBODY = new StreamHandler() {

        @Override
        public void onConnected(StreamSocket socket, int errno) {
            throw new IllegalStateException("told within the call that connects");
        }

        @Override
        public void onBytes(StreamSocket socket, long address, int length) {
            onConnected(socket, 0);
        }

        @Override
        public void onReadable(StreamSocket socket) {
            onConnected(socket, 0);
        }

        @Override
        public void onEnd(StreamSocket socket) {
            onConnected(socket, 0);
        }

        @Override
        public void onWritable(StreamSocket socket) {
            onConnected(socket, 0);
        }

        @Override
        public void onError(StreamSocket socket, int errno) {
            onConnected(socket, 0);
        }
    };

    private final EventLoop eventLoop;

    private final SocketLoop sockets;

    private final ByteBufAllocator allocator;

    private final OutputPath outputPath;

    private final LinuxCalls linux;

    private final long addressScratch;

    private long made;

    /// @param allocator makes the buffers of what is read; direct ones
    public StreamChannels(LoopThread thread, ByteBufAllocator allocator) {
        this.eventLoop = thread;
        this.sockets = thread.sockets();
        this.allocator = allocator;
        this.outputPath = new OutputPath(sockets.linux());
        this.linux = sockets.linux();
        this.addressScratch = sockets.addressScratch();
    }

    /// A channel over an accepted, non-blocking descriptor, not registered yet.
    ///
    /// @return null when the kernel refuses to watch it (ENOMEM, ENOSPC); the descriptor is closed then
    public @Nullable StreamChannel adopt(int fd) {
        StreamSocket socket = sockets.adopt(fd);
        return socket == null ? null : connected(socket);
    }

    /// A channel over a connected socket that is paused, not registered yet; the channel becomes its handler.
    public StreamChannel connected(StreamSocket socket) {
        return new StreamChannel(this, new ChannelNumber(++made), socket, true);
    }

    /// A channel over a socket that connects; it becomes active, or closes, once that is over
    /// ([StreamChannel#connectFuture]).
    public StreamChannel connecting(StreamSocket socket) {
        return new StreamChannel(this, new ChannelNumber(++made), socket, false);
    }

    EventLoop eventLoop() {
        return eventLoop;
    }

    int tcpInfo(StreamSocket socket, long memory, int capacity) {
        return socket.isClosed()
                ? -Errno.EBADF
                : linux.socketOption(
                        socket.fd(), LinuxConstants.IPPROTO_TCP, LinuxConstants.TCP_INFO, memory, capacity);
    }

    @Nullable SocketAddress localAddress(StreamSocket socket) {
        return socket.isClosed() ? null : address(linux.socketName(socket.fd(), addressScratch, SocketAddresses.MAX_BYTES));
    }

    @Nullable SocketAddress remoteAddress(StreamSocket socket) {
        return socket.isClosed() ? null : address(linux.peerName(socket.fd(), addressScratch, SocketAddresses.MAX_BYTES));
    }

    private @Nullable SocketAddress address(int length) {
        return length < 0 ? null : SocketAddresses.get(addressScratch, length);
    }

    ByteBufAllocator allocator() {
        return allocator;
    }

    OutputPath outputPath() {
        return outputPath;
    }

    /// A buffer with a copy of what a socket has read.
    ByteBuf copy(long address, int length) {
        ByteBuf buffer = allocator.directBuffer(length, length);
        buffer.writerIndex(length);
        NativeMemory.copy(address, WriteBatch.address(buffer, 0), length);
        return buffer;
    }
}
