package io.sluice.transport;

import java.net.SocketAddress;
import java.util.OptionalInt;

import io.sluice.transport.linux.Errno;
import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.NativeMemory;
import io.sluice.transport.linux.SocketAddresses;

import static io.sluice.transport.linux.LinuxConstants.AF_INET6;
import static io.sluice.transport.linux.LinuxConstants.AF_UNIX;
import static io.sluice.transport.linux.LinuxConstants.IPPROTO_IPV6;
import static io.sluice.transport.linux.LinuxConstants.IPPROTO_TCP;
import static io.sluice.transport.linux.LinuxConstants.IPV6_V6ONLY;
import static io.sluice.transport.linux.LinuxConstants.SOCK_CLOEXEC;
import static io.sluice.transport.linux.LinuxConstants.SOCK_NONBLOCK;
import static io.sluice.transport.linux.LinuxConstants.SOCK_STREAM;
import static io.sluice.transport.linux.LinuxConstants.SOL_SOCKET;
import static io.sluice.transport.linux.LinuxConstants.SO_KEEPALIVE;
import static io.sluice.transport.linux.LinuxConstants.SO_RCVBUF;
import static io.sluice.transport.linux.LinuxConstants.SO_REUSEADDR;
import static io.sluice.transport.linux.LinuxConstants.SO_REUSEPORT;
import static io.sluice.transport.linux.LinuxConstants.SO_SNDBUF;
import static io.sluice.transport.linux.LinuxConstants.TCP_DEFER_ACCEPT;
import static io.sluice.transport.linux.LinuxConstants.TCP_FASTOPEN;
import static io.sluice.transport.linux.LinuxConstants.TCP_KEEPCNT;
import static io.sluice.transport.linux.LinuxConstants.TCP_KEEPIDLE;
import static io.sluice.transport.linux.LinuxConstants.TCP_KEEPINTVL;
import static io.sluice.transport.linux.LinuxConstants.TCP_NODELAY;

/// A bound and listening stream socket, watched by one loop at a time. Confined to its worker's event loop while it is
/// watched.
///
/// Accepted sockets inherit the listener's options (Linux copies them), so none is set per connection.
///
///     ListenSocket listener = ListenSocket.open(linux, address, options, false);
///     listener.handler(handler);
///     loop.watch(listener);       // onAccepted from now on
///     loop.unwatch(listener);     // may move to another loop, its queue stays
public final class ListenSocket extends Readiness {

    private static final int MAX_ACCEPTS_PER_TURN = 64;

    private static final int ON = 1;

    private AcceptHandler handler = new AcceptHandler() {
        @Override
        public void onAccepted(ListenSocket listener, int fd, long sockaddr, int length) {
            throw new IllegalStateException("a listening socket was watched without a handler");
        }

        @Override
        public void onAcceptFailed(ListenSocket listener, int errno) {
            throw new IllegalStateException("a listening socket was watched without a handler");
        }
    };

    /// How many accepts to try in a turn: follows the size of the last burst, so that a single connection costs a single
    /// call instead of a second one that only says EAGAIN.
    private int burst = ON;

    private boolean closed;

    private ListenSocket(int fd) {
        super(fd);
    }

    /// Binds and listens at once: [#bind] and [#listen].
    ///
    /// @throws ListenException with the call that failed
    public static ListenSocket open(LinuxCalls linux, SocketAddress address, ListenOptions options, boolean joins)
            throws ListenException {
        ListenSocket socket = bind(linux, address, options, joins);
        try {
            socket.listen(linux, options.backlog());
            return socket;
        } catch (ListenException e) {
            socket.close(linux);
            throw e;
        }
    }

    /// Takes the address. Nobody can connect yet, so that it can be given back without breaking a promise.
    ///
    /// @param joins other sockets of this process hold the address: bind with SO_REUSEPORT. The first of an address is
    ///     bound without and gets the option afterwards, so that a second instance of the program fails to start instead
    ///     of silently taking half the connections.
    /// @throws ListenException with the call that failed
    public static ListenSocket bind(LinuxCalls linux, SocketAddress address, ListenOptions options, boolean joins)
            throws ListenException {
        int family = SocketAddresses.family(address);
        int fd = linux.socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        check("socket()", fd);
        try {
            prepare(linux, fd, family, options, joins);
            long sockaddr = linux.allocate(SocketAddresses.MAX_BYTES);
            try {
                check("bind()", linux.bind(fd, sockaddr, SocketAddresses.put(sockaddr, address)));
            } finally {
                linux.free(sockaddr);
            }
            if (!joins && family != AF_UNIX) {
                check("setsockopt(SO_REUSEPORT)", linux.setSocketOption(fd, SOL_SOCKET, SO_REUSEPORT, ON));
            }
            return new ListenSocket(fd);
        } catch (ListenException e) {
            linux.close(fd);
            throw e;
        }
    }

    /// Begins to take connections, into a queue of this length.
    ///
    /// @throws ListenException when somebody else has come to listen on the address since [#bind]
    public void listen(LinuxCalls linux, int backlog) throws ListenException {
        check("listen()", linux.listen(fd(), backlog));
    }

    private static void prepare(LinuxCalls linux, int fd, int family, ListenOptions options, boolean joins)
            throws ListenException {
        if (family != AF_UNIX) {
            set(linux, fd, "SO_REUSEADDR", SOL_SOCKET, SO_REUSEADDR, OptionalInt.of(ON));
            if (joins) {
                set(linux, fd, "SO_REUSEPORT", SOL_SOCKET, SO_REUSEPORT, OptionalInt.of(ON));
            }
        }
        if (family == AF_INET6) {
            set(linux, fd, "IPV6_V6ONLY", IPPROTO_IPV6, IPV6_V6ONLY, OptionalInt.of(options.ipv6Only() ? ON : 0));
        }
        setInherited(linux, fd, family, options);
    }

    private static void setInherited(LinuxCalls linux, int fd, int family, ListenOptions options)
            throws ListenException {
        set(linux, fd, "SO_RCVBUF", SOL_SOCKET, SO_RCVBUF, options.receiveBuffer());
        set(linux, fd, "SO_SNDBUF", SOL_SOCKET, SO_SNDBUF, options.sendBuffer());
        if (family == AF_UNIX) {
            return;
        }
        set(linux, fd, "TCP_NODELAY", IPPROTO_TCP, TCP_NODELAY, OptionalInt.of(options.noDelay() ? ON : 0));
        set(linux, fd, "SO_KEEPALIVE", SOL_SOCKET, SO_KEEPALIVE, options.keepAlive());
        set(linux, fd, "TCP_KEEPIDLE", IPPROTO_TCP, TCP_KEEPIDLE, options.keepIdleSeconds());
        set(linux, fd, "TCP_KEEPINTVL", IPPROTO_TCP, TCP_KEEPINTVL, options.keepIntervalSeconds());
        set(linux, fd, "TCP_KEEPCNT", IPPROTO_TCP, TCP_KEEPCNT, options.keepProbes());
        set(linux, fd, "TCP_DEFER_ACCEPT", IPPROTO_TCP, TCP_DEFER_ACCEPT, options.deferAcceptSeconds());
        set(linux, fd, "TCP_FASTOPEN", IPPROTO_TCP, TCP_FASTOPEN, options.fastOpenQueue());
    }

    private static void set(LinuxCalls linux, int fd, String name, int level, int option, OptionalInt value)
            throws ListenException {
        if (value.isPresent()) {
            check("setsockopt(" + name + ")", linux.setSocketOption(fd, level, option, value.getAsInt()));
        }
    }

    private static void check(String call, int result) throws ListenException {
        if (result < 0) {
            throw new ListenException(call, -result);
        }
    }

    /// Changes the options of a socket that listens already; connections accepted from now on have them. An option that
    /// is absent keeps the value it had.
    ///
    /// @throws ListenException with the call that failed
    public void reconfigure(LinuxCalls linux, ListenOptions options) throws ListenException {
        setInherited(linux, fd(), SocketAddresses.family(localAddress(linux)), options);
        listen(linux, options.backlog());
    }

    /// A second watcher of the same descriptor, for loops that share one socket because its family has no SO_REUSEPORT.
    /// Only one of them may close it.
    public ListenSocket share() {
        return new ListenSocket(fd());
    }

    /// Sets who gets the connections.
    public void handler(AcceptHandler newHandler) {
        handler = newHandler;
    }

    /// The address it is bound to; tells the port when 0 was asked for.
    public SocketAddress localAddress(LinuxCalls linux) {
        long sockaddr = linux.allocate(SocketAddresses.MAX_BYTES);
        try {
            int length = linux.socketName(fd(), sockaddr, SocketAddresses.MAX_BYTES);
            if (length < 0) {
                throw new IllegalStateException("getsockname() failed (" + Errno.describe(-length) + ")");
            }
            return SocketAddresses.get(sockaddr, length);
        } finally {
            linux.free(sockaddr);
        }
    }

    /// Stops listening. The caller has unwatched it. Idempotent.
    public void close(LinuxCalls linux) {
        if (!closed) {
            closed = true;
            linux.close(fd());
        }
    }

    /// Accepts what waits in the queue, all of it; for a socket that is about to be closed and is not watched any more.
    public void acceptRemaining(SocketLoop loop) {
        int result;
        do {
            result = accept(loop);
        } while (result >= 0 || isOfOneConnection(-result));
    }

    @Override
    protected void onReadable(SocketLoop loop) {
        int accepted = accept(loop, burst);
        burst = accepted == burst ? Math.min(burst * 2, MAX_ACCEPTS_PER_TURN) : Math.max(ON, accepted);
    }

    private int accept(SocketLoop loop, int most) {
        int accepted = 0;
        while (accepted < most && accept(loop) >= 0) {
            accepted++;
        }
        return accepted;
    }

    /// Accepts one connection; 0, or the negated error number, which the handler knows if it concerns it.
    private int accept(SocketLoop loop) {
        NativeMemory.putInt(loop.sockaddrLength, SocketAddresses.MAX_BYTES);
        int fd = loop.linux.accept4(fd(), loop.sockaddr, loop.sockaddrLength, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            handler.onAccepted(this, fd, loop.sockaddr, NativeMemory.getInt(loop.sockaddrLength));
            return 0;
        }
        if (fd != -Errno.EAGAIN && !isOfOneConnection(-fd)) {
            handler.onAcceptFailed(this, -fd);
        }
        return fd;
    }

    /// A connection that died in the queue is nobody's concern; accept(2) lists the network errors to treat alike.
    private static boolean isOfOneConnection(int errno) {
        return switch (errno) {
            case Errno.ECONNABORTED,
                    Errno.EPERM,
                    Errno.EPROTO,
                    Errno.ENETDOWN,
                    Errno.ENETUNREACH,
                    Errno.EHOSTDOWN,
                    Errno.EHOSTUNREACH,
                    Errno.EOPNOTSUPP -> true;
            default -> false;
        };
    }
}
