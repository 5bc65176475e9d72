package io.sluice.upstream;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.Address;
import io.sluice.session.Failure;
import io.sluice.session.FailureKind;
import io.sluice.session.Side;
import io.sluice.transport.DatagramSocket;
import io.sluice.transport.SocketLoop;
import io.sluice.transport.StreamHandler;
import io.sluice.transport.StreamSocket;
import io.sluice.transport.linux.Errno;
import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.NativeMemory;
import io.sluice.transport.linux.SocketAddresses;

import static io.sluice.transport.linux.LinuxConstants.AF_INET;
import static io.sluice.transport.linux.LinuxConstants.AF_INET6;
import static io.sluice.transport.linux.LinuxConstants.AF_UNIX;
import static io.sluice.transport.linux.LinuxConstants.IPPROTO_IP;
import static io.sluice.transport.linux.LinuxConstants.IPPROTO_IPV6;
import static io.sluice.transport.linux.LinuxConstants.IPPROTO_TCP;
import static io.sluice.transport.linux.LinuxConstants.IPV6_TRANSPARENT;
import static io.sluice.transport.linux.LinuxConstants.IP_BIND_ADDRESS_NO_PORT;
import static io.sluice.transport.linux.LinuxConstants.IP_TRANSPARENT;
import static io.sluice.transport.linux.LinuxConstants.SOL_SOCKET;
import static io.sluice.transport.linux.LinuxConstants.SO_KEEPALIVE;
import static io.sluice.transport.linux.LinuxConstants.SO_RCVBUF;
import static io.sluice.transport.linux.LinuxConstants.SO_SNDBUF;
import static io.sluice.transport.linux.LinuxConstants.TCP_NODELAY;

/// Begins connections to peers without waiting for them. Confined to its worker's event loop.
///
///     StreamSocket socket = connector.connect(peer.address(), options, source, handler);
///     if (socket == null) fail(connector.call(), connector.errno());
///     // handler.onConnected follows, or the caller's timer runs out and it closes the socket
public final class Connector {

    /// The call that asks the peer; a failure of any other is this host's.
    public static final String CONNECT = "connect()";

    private static final int ON = 1;

    private final SocketLoop loop;

    private final LinuxCalls linux;

    private final long sockaddr = NativeMemory.allocateForever(SocketAddresses.MAX_BYTES, 16);

    private String call = "";

    private int errno;

    /// For one worker's loop.
    public Connector(SocketLoop loop) {
        this.loop = loop;
        this.linux = loop.linux();
    }

    /// Where connections come from: `proxy_bind`.
    ///
    /// @param address with port 0 the system chooses a port once it knows the destination, so that each is used once per
    ///     destination
    /// @param transparent IP_TRANSPARENT: the address need not be local
    public record Source(Address.Ip address, boolean transparent) {}

    /// Begins to connect.
    ///
    /// @param source null: the system chooses
    /// @return null when it failed at once, see [#call] and [#errno]
    public @Nullable StreamSocket connect(
            Address address, ConnectOptions options, @Nullable Source source, StreamHandler handler) {
        int family = family(address);
        int fd = loop.newStreamSocket(family);
        if (fd < 0) {
            return refused("socket()", -fd);
        }
        if (!prepare(fd, family, options) || (source != null && family != AF_UNIX && !bind(fd, source))) {
            linux.close(fd);
            return null;
        }
        StreamSocket socket =
                loop.connect(fd, handler, sockaddr, SocketAddresses.put(sockaddr, socketAddress(address)));
        return socket == null ? refused(CONNECT, Errno.ENOMEM) : socket;
    }

    /// Opens a datagram socket whose other end is a peer. Nothing is sent: whether anybody is there shows later.
    ///
    /// @param source null: the system chooses
    /// @return the descriptor; negative when it failed, see [#call] and [#errno]
    public int connectDatagrams(Address address, ConnectOptions options, @Nullable Source source) {
        int family = family(address);
        int fd = DatagramSocket.open(linux, family);
        if (fd < 0) {
            refused("socket()", -fd);
            return fd;
        }
        if (!prepare(fd, family, options) || (source != null && family != AF_UNIX && !bind(fd, source))) {
            linux.close(fd);
            return -errno;
        }
        int result = linux.connect(fd, sockaddr, SocketAddresses.put(sockaddr, socketAddress(address)));
        if (result < 0) {
            refused(CONNECT, -result);
            linux.close(fd);
            return result;
        }
        return fd;
    }

    /// What a failed connect(2) means.
    public static FailureKind kindOfConnectFailure(int errno) {
        return switch (errno) {
            // EAGAIN: the queue of a unix-domain listener is full.
            case Errno.ECONNREFUSED, Errno.ECONNRESET, Errno.ENOENT, Errno.EAGAIN -> FailureKind.CONNECT_REFUSED;
            case Errno.ETIMEDOUT -> FailureKind.CONNECT_TIMED_OUT;
            case Errno.ENOBUFS, Errno.ENOMEM -> FailureKind.LOCAL_RESOURCES;
            default -> FailureKind.CONNECT_UNREACHABLE;
        };
    }

    /// What it means that a connection did not come about.
    ///
    /// @param call that failed, as [#call] names it
    public static Failure failure(String call, int errno) {
        FailureKind kind = call.equals(CONNECT) ? kindOfConnectFailure(errno) : kindOfLocalFailure(errno);
        return new Failure(kind, Side.UPSTREAM, errno);
    }

    /// What the failure of a call before connect(2) means, which the peer has no part in.
    private static FailureKind kindOfLocalFailure(int errno) {
        return switch (errno) {
            case Errno.EMFILE, Errno.ENFILE, Errno.ENOBUFS, Errno.ENOMEM -> FailureKind.LOCAL_RESOURCES;
            default -> FailureKind.SOURCE_UNAVAILABLE;
        };
    }

    /// The call that failed last.
    public String call() {
        return call;
    }

    /// The error number of the call that failed last.
    public int errno() {
        return errno;
    }

    private boolean prepare(int fd, int family, ConnectOptions options) {
        if (options.receiveBufferBytes() > 0
                && !set(fd, "setsockopt(SO_RCVBUF)", SOL_SOCKET, SO_RCVBUF, options.receiveBufferBytes())) {
            return false;
        }
        if (options.sendBufferBytes() > 0
                && !set(fd, "setsockopt(SO_SNDBUF)", SOL_SOCKET, SO_SNDBUF, options.sendBufferBytes())) {
            return false;
        }
        if (options.keepAlive() && !set(fd, "setsockopt(SO_KEEPALIVE)", SOL_SOCKET, SO_KEEPALIVE, ON)) {
            return false;
        }
        return family == AF_UNIX
                || !options.noDelay()
                || set(fd, "setsockopt(TCP_NODELAY)", IPPROTO_TCP, TCP_NODELAY, ON);
    }

    private boolean bind(int fd, Source source) {
        boolean ipv6 = source.address().host() instanceof Inet6Address;
        if (source.transparent()) {
            int level = ipv6 ? IPPROTO_IPV6 : IPPROTO_IP;
            if (!set(fd, "setsockopt(IP_TRANSPARENT)", level, ipv6 ? IPV6_TRANSPARENT : IP_TRANSPARENT, ON)) {
                return false;
            }
        }
        if (source.address().port() == 0) {
            // Best effort: without it the port is chosen at bind(2), which only exhausts ports earlier.
            linux.setSocketOption(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, ON);
        }
        int result = linux.bind(fd, sockaddr, SocketAddresses.put(sockaddr, socketAddress(source.address())));
        if (result < 0) {
            refused("bind(" + source.address() + ")", -result);
            return false;
        }
        return true;
    }

    private boolean set(int fd, String name, int level, int option, int value) {
        int result = linux.setSocketOption(fd, level, option, value);
        if (result < 0) {
            refused(name, -result);
            return false;
        }
        return true;
    }

    private @Nullable StreamSocket refused(String failedCall, int itsErrno) {
        call = failedCall;
        errno = itsErrno;
        return null;
    }

    private static int family(Address address) {
        return switch (address) {
            case Address.Unix _ -> AF_UNIX;
            case Address.Ip ip -> ip.host() instanceof Inet6Address ? AF_INET6 : AF_INET;
        };
    }

    private static SocketAddress socketAddress(Address address) {
        return switch (address) {
            case Address.Unix unix -> UnixDomainSocketAddress.of(unix.path());
            case Address.Ip ip -> new InetSocketAddress(ip.host(), ip.port());
        };
    }
}
