package io.sluice.bench.load;

import io.sluice.transport.ListenException;
import io.sluice.transport.SocketLoop;
import io.sluice.transport.StreamSocket;
import io.sluice.transport.linux.Errno;
import io.sluice.transport.linux.NativeMemory;

/// Answers requests of HTTP as the load's clients make them, by the first letter of their path. Confined to the load loop.
///
/// As little of HTTP as will do: whatever it saved would be missing on the load's processor.
final class WebUpstream extends Upstream {

    /// "GET /" comes before the letter.
    private static final int LETTER = 5;

    /// More than anybody downloads.
    private static final long BULK_BYTES = 1L << 50;

    private static final int SENDS_PER_TURN = 8;

    private static final WebText BULK_HEAD = WebText.response(BULK_BYTES);

    private WebText smallHead = WebText.response(0);

    private int smallBytes;

    WebUpstream(SocketLoop loop) throws ListenException {
        super(loop);
    }

    /// How long a small document is from now on.
    void smallBytes(int bytes) {
        if (bytes != smallBytes) {
            smallBytes = bytes;
            smallHead = WebText.response(bytes);
        }
    }

    @Override
    Service newService() {
        return new Web();
    }

    private final class Web extends Service {

        private final WebText.HeadEnd headEnd = new WebText.HeadEnd();

        private int headBytes;

        private byte letter;

        private boolean upgraded;

        /// Of a download.
        private long position;

        @Override
        public void onBytes(StreamSocket socket, long address, int length) {
            long from = address;
            int left = length;
            while (left > 0) {
                if (upgraded) {
                    echo(socket, from, left);
                    return;
                }
                if (headBytes <= LETTER && headBytes + left > LETTER) {
                    letter = NativeMemory.getByte(from + LETTER - headBytes);
                }
                int end = headEnd.find(from, left);
                if (end == 0) {
                    headBytes += left;
                    return;
                }
                headBytes = 0;
                from += end;
                left -= end;
                answer(socket);
            }
        }

        private void answer(StreamSocket socket) {
            switch (letter) {
                case 's' -> {
                    smallHead.send(socket);
                    socket.send(Pattern.at(0), smallBytes);
                }
                case 'b' -> {
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

        private void echo(StreamSocket socket, long address, int length) {
            if (!socket.send(address, length)) {
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
            if (letter == 'b') {
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
