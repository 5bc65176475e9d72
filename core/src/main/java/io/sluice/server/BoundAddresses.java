package io.sluice.server;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.sluice.config.model.Address;
import io.sluice.config.model.LogLevel;
import io.sluice.server.LoadedConfig.Message;
import io.sluice.session.ErrorSink;
import io.sluice.transport.ListenException;
import io.sluice.transport.ListenSocket;
import io.sluice.transport.linux.Errno;

/// Every address the process listens on. Used by one thread at a time, the one that starts or reloads.
final class BoundAddresses {

    private final SocketOpener opener;

    private final Map<Address, BoundAddress> byAddress = new LinkedHashMap<>();

    BoundAddresses(SocketOpener opener) {
        this.opener = opener;
    }

    /// Binds what a generation listens on and is not bound yet. When anything fails nothing is bound, and all failures are
    /// told at once.
    Opening bind(List<ListenPoint> points, int workers) throws StartException {
        Opening opening = new Opening(opener);
        List<Message> failures = new ArrayList<>();
        for (ListenPoint point : points) {
            BoundAddress present = byAddress.get(point.site().address());
            if (present != null && present.forbids(point)) {
                failures.add(new Message(
                        LogLevel.EMERG,
                        "\"ipv6only\" of " + point.site().address() + " cannot change while the server listens on it"));
                continue;
            }
            try {
                bind(point, present == null ? List.of() : present.sockets(), workers, opening);
            } catch (ListenException e) {
                failures.add(Opening.message(point, e));
            }
        }
        if (!failures.isEmpty()) {
            opening.abandon();
            throw new StartException(failures);
        }
        return opening;
    }

    private void bind(ListenPoint point, List<ListenSocket> present, int workers, Opening opening)
            throws ListenException {
        boolean shared = BoundAddress.isShared(point.site().address());
        List<ListenSocket> all = new ArrayList<>(present);
        while (all.size() < workers) {
            boolean watcher = shared && !all.isEmpty();
            ListenSocket socket = watcher ? all.getFirst().share() : bind(point, !all.isEmpty(), opening);
            opening.add(new Opening.Added(point, socket, watcher));
            all.add(socket);
        }
    }

    /// Our own wildcard, or our own exact address below a new wildcard, is no reason to fail: as one that joins it can be
    /// bound besides.
    private ListenSocket bind(ListenPoint point, boolean joins, Opening opening) throws ListenException {
        try {
            return opener.bind(point, joins);
        } catch (ListenException e) {
            if (!joins && e.errno() == Errno.EADDRINUSE && overlapsOwn(point.site().address(), opening)) {
                return opener.bind(point, true);
            }
            throw e;
        }
    }

    private boolean overlapsOwn(Address address, Opening opening) {
        Stream<Address> added = opening.sockets().stream().map(one -> one.point().site().address());
        return address instanceof Address.Ip wanted
                && Stream.concat(byAddress.keySet().stream(), added)
                        .anyMatch(own -> own instanceof Address.Ip ip && ip.port() == wanted.port());
    }

    /// Makes sockets that listen now part of what there is.
    void add(Opening opening) {
        for (Opening.Added added : opening.sockets()) {
            byAddress
                    .computeIfAbsent(added.point().site().address(), _ -> new BoundAddress(added.point()))
                    .add(added.socket());
        }
    }

    /// Gives sockets the options of a new generation. As in nginx an option that the kernel does not take now is reported and
    /// stays what it was.
    void reconfigure(List<ListenPoint> points, ErrorSink errors) {
        for (ListenPoint point : points) {
            BoundAddress bound = byAddress.get(point.site().address());
            for (ListenSocket socket : bound == null ? List.<ListenSocket>of() : bound.descriptors()) {
                try {
                    opener.reconfigure(socket, point);
                } catch (ListenException e) {
                    errors.log(LogLevel.ALERT, Opening.message(point, e).text() + ", ignored");
                    break;
                }
            }
        }
    }

    /// Takes out the addresses that a generation does not listen on; the caller closes them when nobody watches them.
    List<BoundAddress> removeUnless(List<ListenPoint> points) {
        Set<Address> wanted =
                points.stream().map(point -> point.site().address()).collect(Collectors.toSet());
        List<BoundAddress> removed = byAddress.values().stream()
                .filter(bound -> !wanted.contains(bound.address()))
                .toList();
        removed.forEach(bound -> byAddress.remove(bound.address()));
        return removed;
    }

    List<BoundAddress> all() {
        return List.copyOf(byAddress.values());
    }
}
