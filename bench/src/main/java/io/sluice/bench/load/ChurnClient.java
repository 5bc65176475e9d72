package io.sluice.bench.load;

import io.sluice.transport.StreamSocket;
import io.sluice.transport.linux.NativeMemory;

/// One connection after the other, each for one message; the far end closes it. Confined to the load loop.
///
/// The message says first how long it is, so that the upstream knows when to close.
final class ChurnClient extends Client implements Exchanger {

    /// Where the message says its length, the lowest byte first.
    static final int HEADER_BYTES = Integer.BYTES;

    private final Pace pace;

    private final int messageBytes;

    private final Outstanding outstanding = new Outstanding(1);

    /// Where in the pattern the present message begins.
    private long position;

    private int received;

    ChurnClient(Connections connections, Target target, Pace pace, int messageBytes, long first) {
        super(connections, target);
        this.pace = pace;
        this.messageBytes = messageBytes;
        this.position = first;
        if (messageBytes <= HEADER_BYTES) {
            throw new IllegalArgumentException("too small to say its length: " + messageBytes + " bytes");
        }
    }

    @Override
    public void begin() {
        ready();
        pace.free(this, System.nanoTime());
    }

    @Override
    public boolean isOpen() {
        return !isLost();
    }

    @Override
    public void exchange(long intendedNanos, long nowNanos) {
        outstanding.add(intendedNanos, nowNanos);
        connect();
    }

    @Override
    void onConnected(StreamSocket established) {
        position += messageBytes;
        received = 0;
        long message = connections.loop().scratch();
        for (int i = 0; i < HEADER_BYTES; i++) {
            NativeMemory.putByte(message + i, headerByte(i));
        }
        NativeMemory.copy(Pattern.at(position), message + HEADER_BYTES, messageBytes - HEADER_BYTES);
        established.send(message, messageBytes);
        established.startBytes();
    }

    @Override
    public void onBytes(StreamSocket source, long address, int length) {
        if (received + length > messageBytes) {
            fail("more bytes than were sent");
        } else if (!isRight(address, length)) {
            fail("wrong bytes");
        } else {
            received += length;
        }
    }

    private boolean isRight(long address, int length) {
        int header = Math.clamp(HEADER_BYTES - received, 0, length);
        for (int i = 0; i < header; i++) {
            if (NativeMemory.getByte(address + i) != headerByte(received + i)) {
                return false;
            }
        }
        return Pattern.matches(position + received + header - HEADER_BYTES, address + header, length - header);
    }

    private byte headerByte(int i) {
        return (byte) (messageBytes >>> (i * Byte.SIZE));
    }

    @Override
    public void onEnd(StreamSocket source) {
        if (received < messageBytes) {
            fail("the proxy closed a connection before the answer was complete");
            return;
        }
        close();
        long now = System.nanoTime();
        outstanding.complete(pace, now);
        pace.free(this, now);
    }
}
