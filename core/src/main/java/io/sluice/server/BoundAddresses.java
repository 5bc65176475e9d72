package io.sluice.server;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.sluice.config.model.Address;
import io.sluice.config.model.LogLevel;
import io.sluice.config.model.SocketProtocol;
import io.sluice.server.LoadedConfig.Message;
import io.sluice.session.ErrorSink;
import io.sluice.transport.ListenException;
import io.sluice.transport.ListenSocket;
import io.sluice.transport.linux.Errno;

/// Every address the process listens on. Used by one thread at a time, the one that starts or reloads.
final class BoundAddresses {

    private final SocketOpener opener;

    private final Map<ListenPoint.Key, BoundAddress> byKey = new LinkedHashMap<>();

    /// Sockets of removed addresses that stay open until their last flow ends.
    private final Map<ListenPoint.Key, List<BoundSocket.OfDatagrams>> draining = new HashMap<>();

    BoundAddresses(SocketOpener opener) {
        this.opener = opener;
    }

    /// Binds what a generation listens on and is not bound yet. When anything fails nothing is bound, and all failures are
    /// told at once.
    Opening bind(List<ListenPoint> points, int workers) throws StartException {
        Opening opening = new Opening(opener);
        List<Message> failures = new ArrayList<>();
        for (ListenPoint point : points) {
            BoundAddress present = byKey.get(point.key());
            if (present != null && present.forbids(point)) {
                failures.add(new Message(
                        LogLevel.EMERG,
                        "\"ipv6only\" of " + point.key() + " cannot change while the server listens on it"));
                continue;
            }
            try {
                switch (point) {
                    case ListenPoint.OfConnections _ ->
                        bind(point, present == null ? List.of() : present.sockets(), workers, opening);
                    case ListenPoint.Udp _ -> {
                        if (present == null) {
                            bind(point, reclaim(point, opening), workers, opening);
                        }
                    }
                }
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

    /// What is still open of an address that an earlier generation has removed.
    private List<BoundSocket> reclaim(ListenPoint point, Opening opening) {
        List<BoundSocket> open = new ArrayList<>();
        for (BoundSocket.OfDatagrams socket : draining.getOrDefault(point.key(), List.of())) {
            if (socket.listener().reclaim()) {
                opening.reclaim(point, socket);
                open.add(socket);
            }
        }
        return open;
    }

    private void bind(ListenPoint point, List<BoundSocket> present, int workers, Opening opening)
            throws ListenException {
        List<BoundSocket> all = new ArrayList<>(present);
        while (all.size() < workers) {
            BoundSocket socket;
            boolean watcher = false;
            if (BoundAddress.isShared(point.address())
                    && !all.isEmpty()
                    && all.getFirst() instanceof BoundSocket.OfConnections(ListenSocket shared)) {
                socket = new BoundSocket.OfConnections(shared.share());
                watcher = true;
            } else {
                socket = bind(point, !all.isEmpty(), opening);
            }
            opening.add(new Opening.Added(point, socket, watcher));
            all.add(socket);
        }
    }

    /// Our own wildcard, or our own exact address below a new wildcard, is no reason to fail: as one that joins it can be
    /// bound besides.
    private BoundSocket bind(ListenPoint point, boolean joins, Opening opening) throws ListenException {
        try {
            return opener.bind(point, joins);
        } catch (ListenException e) {
            if (!joins && e.errno() == Errno.EADDRINUSE && overlapsOwn(point.key(), opening)) {
                return opener.bind(point, true);
            }
            throw e;
        }
    }

    private boolean overlapsOwn(ListenPoint.Key key, Opening opening) {
        Stream<ListenPoint.Key> added = opening.sockets().stream().map(one -> one.point().key());
        return key.address() instanceof Address.Ip wanted
                && Stream.of(byKey.keySet().stream(), draining.keySet().stream(), added)
                        .flatMap(keys -> keys)
                        .anyMatch(own -> own.protocol() == key.protocol()
                                && own.address() instanceof Address.Ip ip
                                && ip.port() == wanted.port());
    }

    /// Makes sockets that listen now part of what there is.
    void add(Opening opening) {
        for (Opening.Added added : opening.reclaimed()) {
            draining.remove(added.point().key());
            bound(added.point()).add(added.socket());
        }
        for (Opening.Added added : opening.sockets()) {
            bound(added.point()).add(added.socket());
        }
    }

    private BoundAddress bound(ListenPoint point) {
        return byKey.computeIfAbsent(point.key(), _ -> new BoundAddress(point));
    }

    /// Gives sockets the options of a new generation. As in nginx an option that the kernel does not take now is reported and
    /// stays what it was.
    void reconfigure(List<ListenPoint> points, ErrorSink errors) {
        for (ListenPoint point : points) {
            BoundAddress bound = byKey.get(point.key());
            for (BoundSocket socket : bound == null ? List.<BoundSocket>of() : bound.descriptors()) {
                try {
                    opener.reconfigure(socket, point);
                } catch (ListenException e) {
                    errors.log(LogLevel.ALERT, Opening.message(point, e).text() + ", ignored");
                    break;
                }
            }
        }
    }

    /// Says which addresses of datagrams have fewer sockets than there are workers now.
    void reportFewSockets(int workers, ErrorSink errors) {
        for (BoundAddress bound : byKey.values()) {
            int sockets = bound.sockets().size();
            if (bound.key().protocol() == SocketProtocol.UDP && sockets < workers) {
                errors.log(LogLevel.NOTICE, bound.key() + " keeps its " + sockets + " sockets, so that clients find their flows:"
                        + " as many of the " + workers + " workers serve it until the next start");
            }
        }
    }

    /// Takes out the addresses that a generation does not listen on; the caller closes them when nobody watches them.
    List<BoundAddress> removeUnless(List<ListenPoint> points) {
        Set<ListenPoint.Key> wanted = points.stream().map(ListenPoint::key).collect(Collectors.toSet());
        List<BoundAddress> removed = byKey.values().stream()
                .filter(bound -> !wanted.contains(bound.key()))
                .toList();
        draining.values().removeIf(sockets ->
                sockets.stream().noneMatch(socket -> socket.listener().isOpen()));
        for (BoundAddress bound : removed) {
            byKey.remove(bound.key());
            for (BoundSocket socket : bound.sockets()) {
                if (socket instanceof BoundSocket.OfDatagrams datagrams) {
                    draining.computeIfAbsent(bound.key(), _ -> new ArrayList<>()).add(datagrams);
                }
            }
        }
        return removed;
    }

    List<BoundAddress> all() {
        return List.copyOf(byKey.values());
    }
}
