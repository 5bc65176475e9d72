package io.sluice.testing;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/// An echo on a unix-domain socket. Thread-safe.
public final class UnixUpstream implements AutoCloseable {

    private static final int BUFFER_BYTES = 4096;

    private final ServerSocketChannel listening;

    private UnixUpstream(ServerSocketChannel listening) {
        this.listening = listening;
    }

    /// Listens at a path that does not exist yet.
    public static UnixUpstream start(Path path) throws IOException {
        ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listening.bind(UnixDomainSocketAddress.of(path));
        UnixUpstream upstream = new UnixUpstream(listening);
        Thread.ofPlatform().daemon().start(upstream::accept);
        return upstream;
    }

    private void accept() {
        while (listening.isOpen()) {
            try {
                SocketChannel channel = listening.accept();
                Thread.ofPlatform().daemon().start(() -> echo(channel));
            } catch (IOException _) {
                // Closed: the loop ends. Anything else shows in the test that misses its connection.
            }
        }
    }

    private static void echo(SocketChannel channel) {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        try (channel) {
            while (channel.read(buffer.clear()) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            }
        } catch (IOException _) {
            // The other end may reset; tests assert on what they see themselves.
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
