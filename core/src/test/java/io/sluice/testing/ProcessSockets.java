package io.sluice.testing;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.NativeMemory;
import io.sluice.transport.linux.SocketAddresses;

/// The sockets of this process, the proxy's among them, and their options as the kernel knows them. Thread-safe: no state.
public final class ProcessSockets {

    private static final int SOL_SOCKET = 1;

    private static final int SO_TYPE = 3;

    private static final int SOCK_DGRAM = 2;

    private static final int SO_ACCEPTCONN = 30;

    private ProcessSockets() {}

    /// An option of the sockets that listen on a port.
    public static List<Integer> ofListeners(int port, int level, int option) throws IOException {
        return options(port, SO_ACCEPTCONN, 1, level, option);
    }

    /// An option of the datagram sockets that are bound to a port.
    public static List<Integer> ofDatagrams(int port, int level, int option) throws IOException {
        return options(port, SO_TYPE, SOCK_DGRAM, level, option);
    }

    /// An option of the connections whose own port is this one: those a listener accepted, or the one that goes out from it.
    public static List<Integer> ofConnections(int port, int level, int option) throws IOException {
        return options(port, SO_ACCEPTCONN, 0, level, option);
    }

    /// Sets an option of the datagram sockets that are bound to a port.
    static void setDatagramOption(int port, int level, int option, int value) throws IOException {
        LinuxCalls linux = new LinuxCalls();
        for (int fd : descriptors()) {
            if (isAt(linux, fd, port) && linux.socketOption(fd, SOL_SOCKET, SO_TYPE) == SOCK_DGRAM) {
                int result = linux.setSocketOption(fd, level, option, value);
                if (result < 0) {
                    throw new IOException("setsockopt() failed with " + -result);
                }
            }
        }
    }

    private static List<Integer> options(int port, int criterion, int expected, int level, int option)
            throws IOException {
        LinuxCalls linux = new LinuxCalls();
        List<Integer> values = new ArrayList<>();
        for (int fd : descriptors()) {
            if (isAt(linux, fd, port) && linux.socketOption(fd, SOL_SOCKET, criterion) == expected) {
                values.add(linux.socketOption(fd, level, option));
            }
        }
        return values;
    }

    private static List<Integer> descriptors() throws IOException {
        List<Integer> all = new ArrayList<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors) {
                all.add(Integer.parseInt(descriptor.getFileName().toString()));
            }
        }
        return all;
    }

    private static boolean isAt(LinuxCalls linux, int fd, int port) {
        long memory = linux.allocate(SocketAddresses.MAX_BYTES);
        try {
            NativeMemory.clear(memory, SocketAddresses.MAX_BYTES);
            int length = linux.socketName(fd, memory, SocketAddresses.MAX_BYTES);
            return length > 2
                    && SocketAddresses.family(memory) != 0
                    && (SocketAddresses.family(memory) == 2 || SocketAddresses.family(memory) == 10)
                    && SocketAddresses.get(memory, length) instanceof InetSocketAddress ip
                    && ip.getPort() == port;
        } finally {
            linux.free(memory);
        }
    }
}
