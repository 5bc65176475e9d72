package io.sluice.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.sluice.config.model.Address;
import io.sluice.config.model.KeepAliveConfig;
import io.sluice.config.model.SocketOptionsConfig;
import io.sluice.transport.DatagramOptions;
import io.sluice.transport.DatagramSocket;
import io.sluice.transport.ListenException;
import io.sluice.transport.ListenOptions;
import io.sluice.transport.ListenSocket;
import io.sluice.transport.linux.Account;
import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.Privileges;
import io.sluice.udp.UdpListener;

/// The one thread that binds sockets. Thread-safe.
///
/// It keeps CAP_NET_BIND_SERVICE when the process gives up root, so that a reload can add a port below 1024; capabilities
/// belong to threads, and this one starts no other.
final class SocketOpener implements AutoCloseable {

    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("sluice-binder").daemon().factory());

    /// What opening needs; made on the thread at its first use.
    private final ThreadLocal<LinuxCalls> calls = ThreadLocal.withInitial(LinuxCalls::new);

    /// Takes an address; TCP sockets do not listen yet.
    ///
    /// A unix socket does at once: whoever starts at the same moment tells by its refusal that a socket file is a leftover.
    ///
    /// @param joins other sockets of this process hold the address
    BoundSocket bind(ListenPoint point, boolean joins) throws ListenException {
        return onThread(() -> switch (point) {
            case ListenPoint.OfConnections tcp -> new BoundSocket.OfConnections(switch (point.address()) {
                case Address.Ip ip -> ListenSocket.bind(calls.get(), socketAddress(ip), options(tcp), joins);
                case Address.Unix unix -> UnixFile.open(calls.get(), unix, options(tcp));
            });
            case ListenPoint.Udp udp -> new BoundSocket.OfDatagrams(
                    UdpListener.bind(calls.get(), socketAddress(udp.address()), options(udp), joins));
        }, ListenException.class);
    }

    /// Lets the kernel take connections; datagrams it takes since the address was bound.
    void listen(BoundSocket socket, ListenPoint point) throws ListenException {
        if (socket instanceof BoundSocket.OfConnections(ListenSocket connections)) {
            onThread(() -> {
                connections.listen(calls.get(), point.options().backlog());
                return true;
            }, ListenException.class);
        }
    }

    /// Gives a socket that is in use the options of a new generation.
    void reconfigure(BoundSocket socket, ListenPoint point) throws ListenException {
        onThread(() -> {
            switch (point) {
                case ListenPoint.OfConnections tcp when socket instanceof BoundSocket.OfConnections(ListenSocket connections) ->
                    connections.reconfigure(calls.get(), options(tcp));
                case ListenPoint.Udp udp -> DatagramSocket.setBuffers(calls.get(), socket.fd(), options(udp));
                case ListenPoint.OfConnections _ -> throw new IllegalArgumentException(point + " is not what " + socket + " is for");
            }
            return true;
        }, ListenException.class);
    }

    /// Nobody finds a unix socket any more. To be called before the last connections are accepted.
    void removeFile(Address address) {
        if (address instanceof Address.Unix unix) {
            UnixFile.remove(unix);
        }
    }

    /// Closes a socket that nobody watches.
    void close(BoundSocket socket) {
        onThread(() -> {
            switch (socket) {
                case BoundSocket.OfConnections(ListenSocket connections) -> connections.close(calls.get());
                case BoundSocket.OfDatagrams(UdpListener listener) -> listener.close(calls.get());
            }
            return true;
        }, RuntimeException.class);
    }

    /// Gives up root for the whole process; this thread may still bind.
    void dropPrivileges(Account account) throws IOException {
        onThread(() -> {
            Privileges.drop(account, true);
            return true;
        }, IOException.class);
    }

    /// An interrupt waits until the task is done: half of a reload would be worse than a late end.
    private <T, E extends Exception> T onThread(Callable<T> task, Class<E> expected) throws E {
        Future<T> result = thread.submit(task);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return result.get();
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            if (expected.isInstance(e.getCause())) {
                throw expected.cast(e.getCause());
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        thread.shutdown();
    }

    static SocketAddress socketAddress(Address address) {
        return switch (address) {
            case Address.Ip ip -> new InetSocketAddress(ip.host(), ip.port());
            case Address.Unix unix -> UnixDomainSocketAddress.of(unix.path());
        };
    }

    private static DatagramOptions options(ListenPoint.Udp point) {
        SocketOptionsConfig options = point.options();
        boolean wildcard = point.address() instanceof Address.Ip ip && ip.host().isAnyLocalAddress();
        return new DatagramOptions(
                options.receiveBuffer(), options.sendBuffer(), options.ipv6Only(), wildcard);
    }

    private static ListenOptions options(ListenPoint.OfConnections point) {
        var options = point.options();
        KeepAliveConfig keepAlive = options.keepAlive();
        return new ListenOptions(
                options.backlog(),
                options.receiveBuffer(),
                options.sendBuffer(),
                OptionalInt.of(options.deferred() ? 1 : 0),
                options.fastOpen(),
                options.ipv6Only(),
                point.tcpNodelay(),
                keepAlive.enabled().map(on -> OptionalInt.of(on ? 1 : 0)).orElse(OptionalInt.empty()),
                seconds(keepAlive.idle()),
                seconds(keepAlive.interval()),
                keepAlive.probes());
    }

    private static OptionalInt seconds(Optional<Duration> duration) {
        return duration.map(d -> OptionalInt.of((int) Math.min(d.toSeconds(), Integer.MAX_VALUE)))
                .orElse(OptionalInt.empty());
    }
}
