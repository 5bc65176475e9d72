package io.sluice.transport;

import java.net.SocketAddress;
import java.util.OptionalInt;

import io.sluice.transport.linux.Errno;
import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.SocketAddresses;

import static io.sluice.transport.linux.LinuxConstants.AF_INET6;
import static io.sluice.transport.linux.LinuxConstants.IPPROTO_IP;
import static io.sluice.transport.linux.LinuxConstants.IPPROTO_IPV6;
import static io.sluice.transport.linux.LinuxConstants.IPPROTO_UDP;
import static io.sluice.transport.linux.LinuxConstants.IPV6_RECVPKTINFO;
import static io.sluice.transport.linux.LinuxConstants.IPV6_V6ONLY;
import static io.sluice.transport.linux.LinuxConstants.IP_PKTINFO;
import static io.sluice.transport.linux.LinuxConstants.SOCK_CLOEXEC;
import static io.sluice.transport.linux.LinuxConstants.SOCK_DGRAM;
import static io.sluice.transport.linux.LinuxConstants.SOCK_NONBLOCK;
import static io.sluice.transport.linux.LinuxConstants.SOL_SOCKET;
import static io.sluice.transport.linux.LinuxConstants.SO_RCVBUF;
import static io.sluice.transport.linux.LinuxConstants.SO_RCVBUFFORCE;
import static io.sluice.transport.linux.LinuxConstants.SO_REUSEPORT;
import static io.sluice.transport.linux.LinuxConstants.SO_RXQ_OVFL;
import static io.sluice.transport.linux.LinuxConstants.SO_SNDBUF;
import static io.sluice.transport.linux.LinuxConstants.UDP_GRO;

/// A UDP descriptor, bound or connected, watched by one loop at a time. Confined to its worker's event loop while it is
/// watched.
///
/// Whoever handles the datagrams extends it, so that a socket costs one small object. It holds no memory: what it receives
/// goes into a [DatagramBatch], what it sends through a [DatagramQueue].
///
///     int fd = DatagramSocket.bindDescriptor(linux, address, options, false);
///     loop.watch(new MySocket(fd));      // onReadable from now on: batch.receive(fd(), n)
public abstract class DatagramSocket extends Readiness {

    /// What a bound socket's receive buffer is raised to: bursts of many clients meet in it.
    public static final int RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

    private static final int ON = 1;

    /// Messages of several datagrams of this size or a larger one were refused here, and go out as single datagrams.
    int refusedSegmentBytes = Integer.MAX_VALUE;

    /// For a descriptor that stays the caller's to close, after [SocketLoop#unwatch].
    protected DatagramSocket(int fd) {
        super(fd);
    }

    /// Binds; datagrams are queued from now on.
    ///
    /// Batches that the kernel has put together (UDP_GRO, udp(7)) are taken whole where it can. IP_PKTINFO and the count of
    /// datagrams that found the buffer full come with each datagram.
    ///
    /// @param joins other sockets of this process hold the address, as with [ListenSocket#bind]
    /// @return the descriptor
    /// @throws ListenException with the call that failed
    public static int bindDescriptor(LinuxCalls linux, SocketAddress address, DatagramOptions options, boolean joins)
            throws ListenException {
        int family = SocketAddresses.family(address);
        int fd = open(linux, family);
        check("socket()", fd);
        try {
            if (joins) {
                set(linux, fd, "SO_REUSEPORT", SOL_SOCKET, SO_REUSEPORT, ON);
            }
            if (family == AF_INET6) {
                set(linux, fd, "IPV6_V6ONLY", IPPROTO_IPV6, IPV6_V6ONLY, options.ipv6Only() ? ON : 0);
            }
            if (options.localAddress()) {
                tellLocalAddress(linux, fd, family);
            }
            linux.setSocketOption(fd, SOL_SOCKET, SO_RXQ_OVFL, ON);
            setBuffers(linux, fd, options);
            long sockaddr = linux.allocate(SocketAddresses.MAX_BYTES);
            try {
                check("bind()", linux.bind(fd, sockaddr, SocketAddresses.put(sockaddr, address)));
            } finally {
                linux.free(sockaddr);
            }
            if (!joins) {
                set(linux, fd, "SO_REUSEPORT", SOL_SOCKET, SO_REUSEPORT, ON);
            }
            return fd;
        } catch (ListenException e) {
            linux.close(fd);
            throw e;
        }
    }

    /// A new non-blocking datagram socket that takes batches whole where the kernel can, or a negated error number.
    public static int open(LinuxCalls linux, int family) {
        int fd = linux.socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (fd >= 0) {
            // Best effort: a kernel before 5.0 gives single datagrams, which is as right.
            linux.setSocketOption(fd, IPPROTO_UDP, UDP_GRO, ON);
        }
        return fd;
    }

    private static void tellLocalAddress(LinuxCalls linux, int fd, int family) throws ListenException {
        if (family == AF_INET6) {
            set(linux, fd, "IPV6_RECVPKTINFO", IPPROTO_IPV6, IPV6_RECVPKTINFO, ON);
        } else {
            set(linux, fd, "IP_PKTINFO", IPPROTO_IP, IP_PKTINFO, ON);
        }
    }

    /// Sets the buffers' sizes, of a socket that may be in use.
    ///
    /// @throws ListenException with the call that failed
    public static void setBuffers(LinuxCalls linux, int fd, DatagramOptions options) throws ListenException {
        if (options.receiveBuffer().isPresent()) {
            set(linux, fd, "SO_RCVBUF", SOL_SOCKET, SO_RCVBUF, options.receiveBuffer().getAsInt());
        } else if (linux.setSocketOption(fd, SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER_BYTES) < 0) {
            // Not privileged: as much as net.core.rmem_max allows.
            set(linux, fd, "SO_RCVBUF", SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER_BYTES);
        }
        OptionalInt sendBuffer = options.sendBuffer();
        if (sendBuffer.isPresent()) {
            set(linux, fd, "SO_SNDBUF", SOL_SOCKET, SO_SNDBUF, sendBuffer.getAsInt());
        }
    }

    private static void set(LinuxCalls linux, int fd, String name, int level, int option, int value)
            throws ListenException {
        check("setsockopt(" + name + ")", linux.setSocketOption(fd, level, option, value));
    }

    private static void check(String call, int result) throws ListenException {
        if (result < 0) {
            throw new ListenException(call, -result);
        }
    }

    /// Whether an error of a send or receive says that nobody listens at the connected address: an ICMP message came.
    public static boolean isRefusal(int errno) {
        return errno == Errno.ECONNREFUSED;
    }
}
