package io.sluice.server;

import java.util.ArrayList;
import java.util.List;

import io.sluice.config.model.Address;

/// The sockets of one address: one for each worker, or a single one that all share where the family has no SO_REUSEPORT.
/// Used by one thread at a time, the one that starts or reloads.
///
/// They stay open for as long as any generation wants the address. With fewer workers than before a worker watches
/// several, with more the missing ones are opened: a socket that the kernel has queued connections on is never closed. Those
/// for datagrams are as many as there were workers when the address came: one more, and the kernel would give the datagrams of
/// existing flows to sockets that do not have them.
final class BoundAddress {

    /// What it was bound with; some of it cannot change as long as it is.
    private final ListenPoint boundWith;

    /// For a unix address the first is the socket, the others are further watchers of it.
    private final List<BoundSocket> sockets = new ArrayList<>();

    BoundAddress(ListenPoint boundWith) {
        this.boundWith = boundWith;
    }

    ListenPoint.Key key() {
        return boundWith.key();
    }

    Address address() {
        return boundWith.address();
    }

    /// Whether the point differs in what the kernel fixes when a socket is bound.
    boolean forbids(ListenPoint point) {
        return boundWith.options().ipv6Only() != point.options().ipv6Only();
    }

    void add(BoundSocket socket) {
        sockets.add(socket);
    }

    /// Whether all workers watch one socket.
    boolean isShared() {
        return isShared(address());
    }

    static boolean isShared(Address address) {
        return address instanceof Address.Unix;
    }

    /// One for each worker that watches.
    List<BoundSocket> sockets() {
        return List.copyOf(sockets);
    }

    /// Each of them once.
    List<BoundSocket> descriptors() {
        return isShared() ? List.copyOf(sockets.subList(0, Math.min(1, sockets.size()))) : sockets();
    }
}
