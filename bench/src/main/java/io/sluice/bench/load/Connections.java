package io.sluice.bench.load;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.sluice.transport.SocketLoop;
import io.sluice.transport.StreamHandler;
import io.sluice.transport.StreamSocket;
import io.sluice.transport.linux.Errno;
import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.NativeMemory;
import io.sluice.transport.linux.SocketAddresses;

import static io.sluice.transport.linux.LinuxConstants.AF_INET;
import static io.sluice.transport.linux.LinuxConstants.IPPROTO_IP;
import static io.sluice.transport.linux.LinuxConstants.IP_BIND_ADDRESS_NO_PORT;

/// The client side's connections: makes them, from many source addresses, and ends them. Confined to the load loop.
///
/// One source address has some 28,000 ports for one destination; all of 127.0.0.0/8 is the local host, so the sources
/// 127.1.1.0 and up are gone through in turn.
final class Connections {

    /// One that has a connection at a time. Confined to the load loop.
    interface Party {

        /// Begins a connection.
        void connect();

        /// Ends the connection, if there is one.
        void close();
    }

    private static final int SOURCES = 256;

    /// Within struct sockaddr_in: sin_port, and the last byte of sin_addr.
    private static final int PORT = 2;

    private static final int LAST_BYTE = 7;

    private final SocketLoop loop;

    private final LoadCounters counters;

    private final long source = NativeMemory.allocateForever(SocketAddresses.MAX_BYTES, 16);

    private final long target = NativeMemory.allocateForever(SocketAddresses.MAX_BYTES, 16);

    private final int length;

    private final List<Party> clients = new ArrayList<>();

    private int nextSource;

    Connections(SocketLoop loop, LoadCounters counters) {
        this.loop = loop;
        this.counters = counters;
        SocketAddresses.put(source, new InetSocketAddress(InetAddress.ofLiteral("127.1.1.0"), 0));
        this.length = SocketAddresses.put(target, new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
    }

    SocketLoop loop() {
        return loop;
    }

    LoadCounters counters() {
        return counters;
    }

    /// Takes a client into the load and lets it connect.
    void begin(Party client) {
        clients.add(client);
        client.connect();
    }

    /// Begins to connect; a failure is counted, and null given.
    @Nullable StreamSocket connect(StreamHandler client, int port) {
        LinuxCalls linux = loop.linux();
        int fd = loop.newStreamSocket(AF_INET);
        if (fd < 0) {
            counters.failed("socket() failed (" + Errno.describe(-fd) + ")");
            return null;
        }
        nextSource = (nextSource + 1) % SOURCES;
        NativeMemory.putByte(source + LAST_BYTE, (byte) nextSource);
        linux.setSocketOption(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
        int bound = linux.bind(fd, source, length);
        if (bound < 0) {
            counters.failed("bind() failed (" + Errno.describe(-bound) + ")");
            linux.close(fd);
            return null;
        }
        // Written in place: an address object for every connection would be garbage.
        NativeMemory.putByte(target + PORT, (byte) (port >> 8));
        NativeMemory.putByte(target + PORT + 1, (byte) port);
        StreamSocket socket = loop.connect(fd, client, target, length);
        if (socket == null) {
            counters.failed("the kernel refuses to watch a socket");
        }
        return socket;
    }

    /// Closes all connections.
    void end() {
        for (Party client : clients) {
            client.close();
        }
        clients.clear();
    }
}
