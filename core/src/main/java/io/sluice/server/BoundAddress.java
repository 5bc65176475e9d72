package io.sluice.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.sluice.config.model.Address;
import io.sluice.transport.ListenException;
import io.sluice.transport.ListenSocket;
import io.sluice.transport.linux.LinuxCalls;

/// The sockets of one address: one for each worker, or a single one that all share where the family has no SO_REUSEPORT.
/// Used by one thread at a time, the one that starts or reloads.
///
/// They stay open for as long as any generation wants the address. With fewer workers than before a worker watches
/// several, with more the missing ones are opened: a socket that the kernel has queued connections on is never closed.
final class BoundAddress {

    private final Address address;

    /// For a unix address the first is the socket, the others are further watchers of it.
    private final List<ListenSocket> sockets = new ArrayList<>();

    BoundAddress(Address address) {
        this.address = address;
    }

    Address address() {
        return address;
    }

    /// Opens what is missing for so many workers, and gives those there are the options of the point.
    ///
    /// @return the sockets that were opened now, to be closed again when the reload fails
    List<ListenSocket> open(SocketOpener opener, ListenPoint point, int workers) throws ListenException {
        if (!sockets.isEmpty()) {
            opener.reconfigure(isShared() ? List.of(sockets.getFirst()) : sockets, point);
        }
        List<ListenSocket> opened = new ArrayList<>();
        try {
            while (sockets.size() < workers) {
                ListenSocket socket = isShared() && !sockets.isEmpty()
                        ? sockets.getFirst().share()
                        : opener.open(point, !sockets.isEmpty());
                sockets.add(socket);
                opened.add(socket);
            }
        } catch (ListenException e) {
            forget(opened);
            throw e;
        }
        return opened;
    }

    /// Closes sockets of a reload that failed.
    void forget(List<ListenSocket> opened) {
        LinuxCalls linux = new LinuxCalls();
        for (ListenSocket socket : opened) {
            boolean first = socket == sockets.getFirst();
            sockets.remove(socket);
            if (first || !isShared()) {
                socket.close(linux);
            }
        }
    }

    /// Whether all workers watch one socket.
    boolean isShared() {
        return address instanceof Address.Unix;
    }

    List<ListenSocket> sockets() {
        return List.copyOf(sockets);
    }

    /// Closes all; nobody watches them any more.
    void close() {
        LinuxCalls linux = new LinuxCalls();
        List<ListenSocket> open = isShared() ? sockets.subList(0, Math.min(1, sockets.size())) : sockets;
        open.forEach(socket -> socket.close(linux));
        sockets.clear();
        if (address instanceof Address.Unix unix) {
            try {
                Files.deleteIfExists(Path.of(unix.path()));
            } catch (IOException _) {
                // The directory is not ours to write any more; the next start says so.
            }
        }
    }
}
