package io.sluice.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.sluice.config.model.Address;
import io.sluice.config.model.KeepAliveConfig;
import io.sluice.transport.ListenException;
import io.sluice.transport.ListenOptions;
import io.sluice.transport.ListenSocket;
import io.sluice.transport.linux.Account;
import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.Privileges;

/// The one thread that binds sockets. Thread-safe.
///
/// It keeps CAP_NET_BIND_SERVICE when the process gives up root, so that a reload can add a port below 1024; capabilities
/// belong to threads, and this one starts no other.
final class SocketOpener implements AutoCloseable {

    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("sluice-binder").daemon().factory());

    /// What opening needs; made on the thread at its first use.
    private final ThreadLocal<LinuxCalls> calls = ThreadLocal.withInitial(LinuxCalls::new);

    /// Binds and listens.
    ///
    /// @param joins other sockets of this process hold the address
    ListenSocket open(ListenPoint point, boolean joins) throws ListenException {
        return onThread(() -> ListenSocket.open(
                calls.get(), socketAddress(point.site().address()), options(point), joins), ListenException.class);
    }

    /// Gives sockets that listen already the options of a new generation.
    void reconfigure(List<ListenSocket> sockets, ListenPoint point) throws ListenException {
        onThread(() -> {
            for (ListenSocket socket : sockets) {
                socket.reconfigure(calls.get(), options(point));
            }
            return true;
        }, ListenException.class);
    }

    /// Gives up root for the whole process; this thread may still bind.
    void dropPrivileges(Account account) throws IOException {
        onThread(() -> {
            Privileges.drop(account, true);
            return true;
        }, IOException.class);
    }

    private <T, E extends Exception> T onThread(Callable<T> task, Class<E> expected) throws E {
        try {
            return thread.submit(task).get();
        } catch (ExecutionException e) {
            if (expected.isInstance(e.getCause())) {
                throw expected.cast(e.getCause());
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the binder works", e);
        }
    }

    @Override
    public void close() {
        thread.shutdown();
    }

    private static SocketAddress socketAddress(Address address) {
        return switch (address) {
            case Address.Ip ip -> new InetSocketAddress(ip.host(), ip.port());
            case Address.Unix unix -> UnixDomainSocketAddress.of(unix.path());
        };
    }

    private static ListenOptions options(ListenPoint point) {
        var options = point.options();
        KeepAliveConfig keepAlive = options.keepAlive();
        return new ListenOptions(
                options.backlog(),
                options.receiveBuffer(),
                options.sendBuffer(),
                options.deferred() ? OptionalInt.of(1) : OptionalInt.empty(),
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
