package io.sluice.tcp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.FreePorts;
import io.sluice.testing.ProcessSockets;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestUpstream;
import io.sluice.testing.Wire;
import io.sluice.transport.Transport;

import static io.sluice.transport.linux.LinuxConstants.IPPROTO_TCP;
import static io.sluice.transport.linux.LinuxConstants.SOL_SOCKET;
import static io.sluice.transport.linux.LinuxConstants.SO_KEEPALIVE;
import static io.sluice.transport.linux.LinuxConstants.SO_RCVBUF;
import static io.sluice.transport.linux.LinuxConstants.SO_SNDBUF;
import static io.sluice.transport.linux.LinuxConstants.TCP_NODELAY;
import static org.assertj.core.api.Assertions.assertThat;

/// Options of the two sockets of a session: `proxy_socket_keepalive`, `_rcvbuf`, `_sndbuf` and `tcp_nodelay`, asked of the
/// kernel.
class ProxySocketTest {

    @ParameterizedTest
    @EnumSource(Transport.class)
    void keepAlive(Transport transport) throws IOException {
        assertThat(ofUpstream(transport, "", SOL_SOCKET, SO_KEEPALIVE)).isZero();
        assertThat(ofUpstream(transport, "proxy_socket_keepalive on;", SOL_SOCKET, SO_KEEPALIVE)).isOne();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void buffers(Transport transport) throws IOException {
        // The kernel doubles what it is told, for its own records (socket(7)).
        assertThat(ofUpstream(transport, "proxy_socket_rcvbuf 40k;", SOL_SOCKET, SO_RCVBUF)).isEqualTo(81_920);
        assertThat(ofUpstream(transport, "proxy_socket_sndbuf 50k;", SOL_SOCKET, SO_SNDBUF)).isEqualTo(102_400);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void noDelayIsOnForBothSides(Transport transport) throws IOException {
        assertThat(ofBoth(transport, "", IPPROTO_TCP, TCP_NODELAY)).containsExactly(1, 1);
        assertThat(ofBoth(transport, "tcp_nodelay on;", IPPROTO_TCP, TCP_NODELAY)).containsExactly(1, 1);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void noDelayOffIsOffForBothSides(Transport transport) throws IOException {
        assertThat(ofBoth(transport, "tcp_nodelay off;", IPPROTO_TCP, TCP_NODELAY)).containsExactly(0, 0);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void noDelayOfAnAddressThatSharesAWildcardsSocketIsItsOwn(Transport transport) throws IOException {
        int port = FreePorts.next();
        try (TestUpstream upstream = TestUpstream.start();
                RunningProxy proxy = RunningProxy.start(transport, """
                        server { listen %1$d; tcp_nodelay on; proxy_pass %2$s; }
                        server { listen 127.0.0.1:%1$d; tcp_nodelay off; proxy_pass %2$s; }
                        """.formatted(port, upstream.address()))) {
            assertThat(proxy.server().status().listening()).hasSize(1);
            assertThat(ofAccepted("127.0.0.1", port)).isZero();
            proxy.awaitNoSessions();
            assertThat(ofAccepted("127.0.0.2", port)).isOne();
        }
    }

    private static int ofAccepted(String host, int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.ofLiteral(host), port)) {
            assertThat(Wire.echo(socket, "x")).isEqualTo("x");
            List<Integer> accepted = ProcessSockets.ofConnections(port, IPPROTO_TCP, TCP_NODELAY);
            assertThat(accepted).hasSize(1);
            return accepted.getFirst();
        }
    }

    private static int ofUpstream(Transport transport, String directives, int level, int option) throws IOException {
        return ofBoth(transport, directives, level, option).getLast();
    }

    /// The option of the downstream socket and of the upstream socket.
    private static List<Integer> ofBoth(Transport transport, String directives, int level, int option)
            throws IOException {
        BlockingQueue<Integer> proxyPorts = new LinkedBlockingQueue<>();
        try (TestUpstream upstream = TestUpstream.start(socket -> {
                    proxyPorts.add(socket.getPort());
                    socket.getInputStream().transferTo(socket.getOutputStream());
                });
                RunningProxy proxy = RunningProxy.start(transport, """
                        server { listen 127.0.0.1:0; %s proxy_pass %s; }
                        """.formatted(directives, upstream.address()));
                Socket socket = proxy.connect()) {
            assertThat(Wire.echo(socket, "x")).isEqualTo("x");
            List<Integer> downstream = ProcessSockets.ofConnections(proxy.address().getPort(), level, option);
            List<Integer> upstreamSide = ProcessSockets.ofConnections(proxyPorts.remove(), level, option);
            assertThat(downstream).hasSize(1);
            assertThat(upstreamSide).hasSize(1);
            return List.of(downstream.getFirst(), upstreamSide.getFirst());
        }
    }
}
