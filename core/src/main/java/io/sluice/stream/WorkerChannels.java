package io.sluice.stream;

import java.util.function.Supplier;

import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

import io.sluice.config.model.Address;
import io.sluice.transport.LoopThread;
import io.sluice.transport.StreamSocket;
import io.sluice.transport.channel.StreamChannel;
import io.sluice.transport.channel.StreamChannels;
import io.sluice.upstream.ConnectOptions;
import io.sluice.upstream.Connector;

/// Netty's channels over the sockets of one worker, made when the first is wanted: their buffers take time and memory.
/// Confined to its worker's event loop.
@SuppressWarnings("FutureReturnValueIgnored") // registering with the own loop does not fail
public final class WorkerChannels {

    private final LoopThread thread;

    private final Supplier<ByteBufAllocator> allocator;

    private @Nullable StreamChannels channels;

    /// @param allocator asked once, on the worker's thread
    public WorkerChannels(LoopThread thread, Supplier<ByteBufAllocator> allocator) {
        this.thread = thread;
        this.allocator = allocator;
    }

    private StreamChannels channels() {
        StreamChannels made = channels;
        if (made == null) {
            made = new StreamChannels(thread, allocator.get());
            channels = made;
        }
        return made;
    }

    /// A channel over an accepted descriptor, not registered yet; null when the kernel refuses to watch it, and the
    /// descriptor is closed.
    public @Nullable StreamChannel adopt(int fd) {
        return channels().adopt(fd);
    }

    /// A channel that connects, not registered yet; null when that failed at once, of which the connector tells
    /// ([Connector#call], [Connector#errno]).
    public @Nullable StreamChannel connect(
            Connector connector, Address to, ConnectOptions options, Connector.@Nullable Source source) {
        StreamSocket socket = connector.connect(to, options, source, StreamChannels.NOBODY);
        return socket == null ? null : channels().connecting(socket);
    }

    /// Registers a channel with the worker's loop, its handlers being in the pipeline.
    public void register(StreamChannel channel) {
        thread.register(channel);
    }
}
