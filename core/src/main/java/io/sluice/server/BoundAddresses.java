package io.sluice.server;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.sluice.config.model.Address;
import io.sluice.config.model.LogLevel;
import io.sluice.server.LoadedConfig.Message;
import io.sluice.transport.ListenException;
import io.sluice.transport.ListenSocket;

/// Every address the process listens on. Used by one thread at a time, the one that starts or reloads.
final class BoundAddresses {

    private final SocketOpener opener;

    private final Map<Address, BoundAddress> byAddress = new LinkedHashMap<>();

    BoundAddresses(SocketOpener opener) {
        this.opener = opener;
    }

    /// What a call of [#open] opened. Immutable.
    record Opened(BoundAddress address, List<ListenSocket> sockets) {}

    /// Opens what a generation listens on and is not open yet. When anything fails nothing is opened, and all failures are
    /// told at once.
    List<Opened> open(List<ListenPoint> points, int workers) throws StartException {
        List<Opened> opened = new ArrayList<>();
        List<Message> failures = new ArrayList<>();
        for (ListenPoint point : points) {
            Address address = point.site().address();
            BoundAddress bound = byAddress.computeIfAbsent(address, BoundAddress::new);
            try {
                opened.add(new Opened(bound, bound.open(opener, point, workers)));
            } catch (ListenException e) {
                failures.add(new Message(
                        LogLevel.EMERG, e.call().equals("bind()") ? message(address, e) : e.getMessage() + ", " + address));
                byAddress.values().removeIf(empty -> empty.sockets().isEmpty());
            }
        }
        if (!failures.isEmpty()) {
            forget(opened);
            throw new StartException(failures);
        }
        return opened;
    }

    private static String message(Address address, ListenException e) {
        return "bind() to " + address + String.valueOf(e.getMessage()).substring(e.call().length());
    }

    /// Closes what a reload opened that failed afterwards.
    void forget(List<Opened> opened) {
        opened.forEach(one -> one.address().forget(one.sockets()));
        byAddress.values().removeIf(empty -> empty.sockets().isEmpty());
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

    List<ListenSocket> sockets() {
        return byAddress.values().stream()
                .flatMap(bound -> bound.sockets().stream())
                .toList();
    }

    void closeAll() {
        byAddress.values().forEach(BoundAddress::close);
        byAddress.clear();
    }
}
