package io.sluice.server;

import java.util.ArrayList;
import java.util.List;

import io.sluice.config.model.LogLevel;
import io.sluice.server.LoadedConfig.Message;
import io.sluice.transport.ListenException;
import io.sluice.transport.ListenSocket;

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

    /// A socket, or one more watcher of it. Immutable.
    ///
    /// @param watcher shares the descriptor of another
    record Added(ListenPoint point, ListenSocket socket, boolean watcher) {}

    Opening(SocketOpener opener) {
        this.opener = opener;
    }

    void add(Added added) {
        sockets.add(added);
    }

    List<Added> sockets() {
        return sockets;
    }

    /// Each descriptor once.
    List<ListenSocket> descriptors() {
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
    void abandon() {
        sockets.stream()
                .filter(added -> !added.watcher())
                .forEach(added -> {
                    opener.removeFile(added.point().site().address());
                    opener.close(added.socket());
                });
        sockets.clear();
    }

    /// nginx's words.
    static Message message(ListenPoint point, ListenException e) {
        String address = point.site().address().toString();
        String what = switch (e.call()) {
            case "bind()" -> "bind() to " + address;
            case "listen()" -> "listen() to " + address + ", backlog " + point.options().backlog();
            default -> e.call() + " " + address;
        };
        return new Message(LogLevel.EMERG, what + String.valueOf(e.getMessage()).substring(e.call().length()));
    }
}
