package io.sluice.bench.load;

import java.util.HashMap;
import java.util.Map;

import io.sluice.transport.ListenException;
import io.sluice.transport.SocketLoop;
import io.sluice.transport.StreamSocket;
import io.sluice.transport.linux.Errno;

/// Answers requests of HTTP as the load's clients make them, by the first letter of their path. Confined to the load loop.
///
/// As little of HTTP as will do: whatever it saved would be missing on the load's processor.
final class WebUpstream extends Upstream {

    /// More than anybody downloads.
    static final long BULK_BYTES = 1L << 50;

    private static final int SENDS_PER_TURN = 8;

    private static final WebText BULK_HEAD = WebText.response(BULK_BYTES, true);

    private final Map<Integer, WebText> heads = new HashMap<>();

    private final Map<Integer, WebText> closingHeads = new HashMap<>();

    /// Of the size that was asked for last, which most likely is asked for again.
    private WebText presentHead = WebText.response(0, true);

    private int presentBytes;

    WebUpstream(SocketLoop loop, ListenAddress address) throws ListenException {
        super(loop, address);
    }

    private WebText head(int bytes, boolean kept) {
        if (!kept) {
            return closingHeads.computeIfAbsent(bytes, size -> WebText.response(size, false));
        }
        if (bytes != presentBytes) {
            presentBytes = bytes;
            presentHead = heads.computeIfAbsent(bytes, size -> WebText.response(size, true));
        }
        return presentHead;
    }

    @Override
    Service newService() {
        return new Web();
    }

    private final class Web extends Service {

        private final RequestHead head = new RequestHead();

        private boolean upgraded;

        private boolean downloading;

        /// The last response is on its way.
        private boolean closing;

        private final WebSocketEcho echo = new WebSocketEcho(loop);

        /// Of a download.
        private long position;

        @Override
        public void onBytes(StreamSocket socket, long address, int length) {
            long from = address;
            int left = length;
            while (left > 0 && !closing) {
                if (upgraded) {
                    echo(socket, from, left);
                    return;
                }
                int end = head.find(from, left);
                if (end == 0) {
                    return;
                }
                from += end;
                left -= end;
                answer(socket);
                if (socket.isClosed()) {
                    return;
                }
                head.reset();
            }
        }

        private void answer(StreamSocket socket) {
            switch (head.letter()) {
                case 's' -> sendDocument(socket);
                case 'b' -> {
                    downloading = true;
                    BULK_HEAD.send(socket);
                    socket.startReadiness();
                    socket.yieldReading();
                }
                default -> {
                    upgraded = true;
                    WebText.UPGRADE_RESPONSE.send(socket);
                }
            }
        }

        private void sendDocument(StreamSocket socket) {
            head(head.bodyBytes(), !head.closes()).send(socket);
            boolean sent = true;
            for (int at = 0; at < head.bodyBytes(); at += Pattern.MAX_RUN) {
                int run = Math.min(head.bodyBytes() - at, Pattern.MAX_RUN);
                sent = socket.send(Pattern.at(head.position() + (long) at), run);
            }
            if (head.closes()) {
                if (sent && !socket.hasUnsent()) {
                    end(socket);
                } else {
                    closing = true;
                    socket.awaitWritable();
                }
            }
        }

        private void echo(StreamSocket socket, long address, int length) {
            if (!echo.echo(socket, address, length)) {
                socket.pause();
                socket.awaitWritable();
            }
        }

        /// Another turn of a download, or the end of the connection, which the next send finds out.
        @Override
        public void onReadable(StreamSocket socket) {
            download(socket);
        }

        @Override
        public void onWritable(StreamSocket socket) {
            if (closing) {
                end(socket);
            } else if (downloading) {
                download(socket);
            } else {
                socket.startBytes();
            }
        }

        private void download(StreamSocket socket) {
            for (int i = 0; i < SENDS_PER_TURN; i++) {
                int sent = loop.linux().send(socket.fd(), Pattern.at(position), Pattern.MAX_RUN, 0);
                if (sent > 0) {
                    position += sent;
                } else if (sent != -Errno.EAGAIN) {
                    end(socket);
                    return;
                }
                if (sent < Pattern.MAX_RUN) {
                    socket.awaitWritable();
                    return;
                }
            }
            socket.yieldReading();
        }
    }
}
