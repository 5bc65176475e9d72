package io.sluice.bench.relay;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

import io.sluice.transport.linux.Errno;
import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.SocketAddresses;

import static io.sluice.transport.linux.LinuxConstants.AF_INET;
import static io.sluice.transport.linux.LinuxConstants.F_SETFL;
import static io.sluice.transport.linux.LinuxConstants.IPPROTO_TCP;
import static io.sluice.transport.linux.LinuxConstants.O_NONBLOCK;
import static io.sluice.transport.linux.LinuxConstants.SOCK_CLOEXEC;
import static io.sluice.transport.linux.LinuxConstants.SOCK_NONBLOCK;
import static io.sluice.transport.linux.LinuxConstants.SOCK_STREAM;
import static io.sluice.transport.linux.LinuxConstants.TCP_NODELAY;

/// Both ends of one TCP connection over loopback; neither blocks. Immutable.
///
/// @param near the end that has connected
/// @param far the end that was accepted
record LoopbackConnection(int near, int far) {

    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);

    private static final int ON = 1;

    /// Connects.
    ///
    /// @throws IOException when a call fails, with its name and the reason
    static LoopbackConnection open(LinuxCalls linux) throws IOException {
        long sockaddr = linux.allocate(SocketAddresses.MAX_BYTES);
        int listener = done("socket()", linux.socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        try {
            done("bind()", linux.bind(listener, sockaddr, SocketAddresses.put(sockaddr, ANY_PORT)));
            done("listen()", linux.listen(listener, 1));
            int length = done("getsockname()", linux.socketName(listener, sockaddr, SocketAddresses.MAX_BYTES));
            int near = done("socket()", linux.socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
            done("connect()", linux.connect(near, sockaddr, length));
            int far = done("accept4()", linux.accept4(listener, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC));
            done("fcntl()", linux.fcntl(near, F_SETFL, O_NONBLOCK));
            done("setsockopt()", linux.setSocketOption(near, IPPROTO_TCP, TCP_NODELAY, ON));
            done("setsockopt()", linux.setSocketOption(far, IPPROTO_TCP, TCP_NODELAY, ON));
            return new LoopbackConnection(near, far);
        } finally {
            linux.close(listener);
            linux.free(sockaddr);
        }
    }

    private static int done(String call, int result) throws IOException {
        if (result < 0) {
            throw new IOException(call + " failed (" + Errno.describe(-result) + ")");
        }
        return result;
    }
}
