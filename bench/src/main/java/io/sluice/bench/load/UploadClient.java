package io.sluice.bench.load;

import io.sluice.transport.SocketLoop;
import io.sluice.transport.StreamSocket;
import io.sluice.transport.linux.Errno;
import io.sluice.transport.linux.NativeMemory;

/// Sends the pattern without end, in blocks, and looks at what comes back for it. Confined to the load loop.
///
/// So many blocks are on their way at most: enough for the kernel's buffers on all the way, and answers are what makes the
/// client go on.
abstract sealed class UploadClient extends Client {

    private static final int MAX_BLOCKS_UNDER_WAY = 32;

    private final long first;

    private final Load.Direction direction;

    /// Up to where it is sent.
    private long sendPosition;

    /// Blocks that were begun, and those that have come through.
    private long begun;

    private long through;

    private boolean finished;

    UploadClient(Connections connections, Target target, Load.Direction direction, long first) {
        super(connections, target);
        this.direction = direction;
        this.first = first;
        this.sendPosition = first;
    }

    @Override
    void onConnected(StreamSocket established) {
        ready();
        established.readLimit(SocketLoop.MAX_READ_BYTES);
        established.startBytes();
        BulkRequest.send(established, connections.loop().addressScratch(), direction, first);
        send(established);
    }

    /// As far as blocks may be under way and the kernel takes them; it is told when that changes.
    private void send(StreamSocket sink) {
        if (sink.hasUnsent()) {
            return;
        }
        while (true) {
            long end = first + begun * BulkRequest.BLOCK_BYTES;
            if (sendPosition == end) {
                if (finished || begun - through == MAX_BLOCKS_UNDER_WAY) {
                    return;
                }
                begun++;
                counters.begun();
                end += BulkRequest.BLOCK_BYTES;
            }
            int left = (int) (end - sendPosition);
            int sent = connections.loop().linux().send(sink.fd(), Pattern.at(sendPosition), left, 0);
            if (sent < 0 && sent != -Errno.EAGAIN) {
                fail("a connection failed (" + Errno.describe(-sent) + ")");
                return;
            }
            sendPosition += Math.max(sent, 0);
            if (sent < left) {
                sink.awaitWritable();
                return;
            }
        }
    }

    @Override
    public final void onWritable(StreamSocket sink) {
        send(sink);
    }

    final long sendPosition() {
        return sendPosition;
    }

    /// So many blocks have come through, all together.
    final void onThrough(StreamSocket source, long blocks) {
        while (through < blocks) {
            through++;
            counters.ended();
        }
        send(source);
    }

    final long begun() {
        return begun;
    }

    final long through() {
        return through;
    }

    @Override
    public final void finish() {
        finished = true;
    }

    /// The upstream compares every byte and says how many blocks were right. Confined to the load loop.
    static final class Acknowledged extends UploadClient {

        private long bits;

        private int received;

        Acknowledged(Connections connections, Target target, long first) {
            super(connections, target, Load.Direction.UP, first);
        }

        @Override
        public void onBytes(StreamSocket source, long address, int length) {
            long blocks = through();
            for (int i = 0; i < length; i++) {
                bits |= (NativeMemory.getByte(address + i) & 0xffL) << (received * Byte.SIZE);
                received++;
                if (received == Long.BYTES) {
                    if (bits <= blocks || bits > begun()) {
                        fail(bits == SourceUpstream.WRONG
                                ? "wrong bytes arrived at the upstream"
                                : "an acknowledgement of what was not sent");
                        return;
                    }
                    blocks = bits;
                    bits = 0;
                    received = 0;
                }
            }
            counters.received((blocks - through()) * BulkRequest.BLOCK_BYTES);
            onThrough(source, blocks);
        }
    }

    /// The upstream sends everything back, and the client compares it. Confined to the load loop.
    static final class Returned extends UploadClient {

        private final long first;

        private long position;

        Returned(Connections connections, Target target, long first) {
            super(connections, target, Load.Direction.BOTH, first);
            this.first = first;
            this.position = first;
        }

        @Override
        public void onBytes(StreamSocket source, long address, int length) {
            if (position + length > sendPosition()) {
                fail("more bytes than were sent");
            } else if (!Pattern.matches(position, address, length)) {
                fail("wrong bytes");
            } else {
                position += length;
                counters.received(length);
                onThrough(source, (position - first) / BulkRequest.BLOCK_BYTES);
            }
        }
    }
}
