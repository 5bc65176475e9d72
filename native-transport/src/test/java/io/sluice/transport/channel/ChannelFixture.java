package io.sluice.transport.channel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandler;

import io.sluice.transport.StreamSocket;
import io.sluice.transport.TestLoop;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// A loop with channels, whose end proves that neither descriptors nor buffers are left. Thread-safe.
///
///     Socket remote = fixture.dial();
///     StreamChannel channel = fixture.accept(handler);
final class ChannelFixture implements AutoCloseable {

    static {
        // The JDK keeps a socket of its own from its first use of one.
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket first = new Socket(server.getInetAddress(), server.getLocalPort())) {
            first.setTcpNoDelay(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final long socketsBefore = openSockets();

    /// Counts every byte, so that a buffer which nobody released is found at once and not by the garbage collector.
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);

    private final ExecutorService remotes = Executors.newVirtualThreadPerTaskExecutor();

    private final TestLoop loop;

    private final StreamChannels channels;

    ChannelFixture(Transport transport) {
        loop = TestLoop.assumeAvailable(transport);
        channels = new StreamChannels(loop.thread(), allocator);
    }

    TestLoop loop() {
        return loop;
    }

    StreamChannels channels() {
        return channels;
    }

    Socket dial() {
        return loop.dial();
    }

    /// The loop's end of the next connection, registered.
    StreamChannel accept(ChannelHandler... handlers) {
        int fd = loop.nextAccepted();
        return loop.call(() -> register(Objects.requireNonNull(channels.adopt(fd)), handlers));
    }

    /// As [#accept], not reading by itself.
    StreamChannel acceptPaused(ChannelHandler... handlers) {
        int fd = loop.nextAccepted();
        return loop.call(() -> {
            StreamChannel channel = Objects.requireNonNull(channels.adopt(fd));
            channel.config().setAutoRead(false);
            return register(channel, handlers);
        });
    }

    /// A channel over a socket that has just begun to connect.
    StreamChannel connecting(StreamSocket socket, ChannelHandler... handlers) {
        return register(channels.connecting(socket), handlers);
    }

    StreamChannel register(StreamChannel channel, ChannelHandler... handlers) {
        channel.pipeline().addLast(handlers);
        assertThat(loop.thread().register(channel).isSuccess()).isTrue();
        return channel;
    }

    /// Does something as the remote end, beside the test.
    <T> Future<T> remotely(java.util.concurrent.Callable<T> task) {
        return remotes.submit(task);
    }

    /// Waits until something holds, on the loop.
    void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TestLoop.DEADLINE_SECONDS);
        while (!loop.call(condition::getAsBoolean)) {
            assertThat(System.nanoTime()).as("time to wait until " + what).isLessThan(deadline);
        }
    }

    private static long openSockets() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(ChannelFixture::isSocket).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException _) {
            // Closed since.
            return false;
        }
    }

    @Override
    public void close() {
        remotes.shutdownNow();
        loop.turns(3);
        loop.close();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TestLoop.DEADLINE_SECONDS);
        while (openSockets() > socketsBefore) {
            assertThat(System.nanoTime()).as("time to wait for sockets to be closed").isLessThan(deadline);
        }
        assertThat(allocator.metric().usedDirectMemory()).as("direct memory left").isZero();
        assertThat(allocator.metric().usedHeapMemory()).as("heap buffers left").isZero();
    }
}
