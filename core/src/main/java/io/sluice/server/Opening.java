package io.sluice.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.sluice.config.model.Address;
import io.sluice.config.model.LogLevel;
import io.sluice.server.LoadedConfig.Message;
import io.sluice.transport.ListenException;
import io.sluice.transport.linux.Errno;

/// The sockets that a start or a reload adds: bound, but not listening until everything else that can fail has succeeded.
/// Until then nobody could connect, so that a reload that fails resets nobody. Used by one thread at a time, the one that
/// starts or reloads.
///
///     Opening opening = addresses.bind(points, workers);
///     ... the rest of what can fail ...
///     opening.listen();
///     addresses.add(opening);      // or opening.abandon() at any time before
final class Opening {

    private final SocketOpener opener;

    private final List<Added> sockets = new ArrayList<>();

    /// Still open from an earlier generation, with its flows.
    private final List<Added> reclaimed = new ArrayList<>();

    /// A socket, or one more watcher of it. Immutable.
    ///
    /// @param watcher shares the descriptor of another
    record Added(ListenPoint point, BoundSocket socket, boolean watcher) {}

    Opening(SocketOpener opener) {
        this.opener = opener;
    }

    void add(Added added) {
        sockets.add(added);
    }

    List<Added> sockets() {
        return sockets;
    }

    /// As [#add], of a socket that was waiting for its last flows to end.
    void reclaim(ListenPoint point, BoundSocket.OfDatagrams socket) {
        reclaimed.add(new Added(point, socket, false));
    }

    List<Added> reclaimed() {
        return reclaimed;
    }

    /// Each descriptor once.
    List<BoundSocket> descriptors() {
        return sockets.stream().filter(added -> !added.watcher()).map(Added::socket).toList();
    }

    /// Lets the kernel take connections.
    void listen() throws StartException {
        for (Added added : sockets) {
            try {
                if (!added.watcher()) {
                    opener.listen(added.socket(), added.point());
                }
            } catch (ListenException e) {
                throw new StartException(List.of(message(added.point(), e)));
            }
        }
    }

    /// Gives everything back.
    ///
    /// @return sockets that go on draining, which whoever watches them has to be told
    Set<BoundSocket> abandon() {
        sockets.stream()
                .filter(added -> !added.watcher())
                .forEach(added -> {
                    opener.removeFile(added.point().address());
                    opener.close(added.socket());
                });
        sockets.clear();
        return reclaimed.stream().map(Added::socket).collect(Collectors.toSet());
    }

    /// nginx's words, and what to do where that is not plain.
    static Message message(ListenPoint point, ListenException e) {
        String address = point.address().toString();
        String what = switch (e.call()) {
            case "bind()" -> "bind() to " + address;
            case "listen()" -> "listen() to " + address + ", backlog " + point.options().backlog();
            default -> e.call() + " " + address;
        };
        String why = String.valueOf(e.getMessage()).substring(e.call().length());
        return new Message(LogLevel.EMERG, what + why + advice(point, e));
    }

    private static String advice(ListenPoint point, ListenException e) {
        return e.errno() == Errno.EACCES && e.call().equals("bind()") && point.address() instanceof Address.Ip ip
                ? ": only root may use port " + ip.port()
                        + ", or whom sysctl net.ipv4.ip_unprivileged_port_start=" + ip.port() + " lets"
                : "";
    }
}
