package io.sluice.udp;

import java.util.ArrayList;
import java.util.List;

import io.sluice.transport.linux.NativeMemory;

/// What a client has sent before it was known where to. Confined to the worker that has the flow.
///
/// The first message is kept whatever its size, as nginx does, and few more; a client that sends on without an answer is used to
/// losing some.
final class HeldDatagrams {

    private static final int MOST_MESSAGES = 8;

    private static final int MOST_BYTES = 16 * 1024;

    private final List<Message> messages = new ArrayList<>(1);

    private int bytes;

    /// One datagram, or several of `segmentBytes` each (0: one).
    static final class Message {

        private final byte[] bytes;

        private final int segmentBytes;

        private Message(byte[] bytes, int segmentBytes) {
            this.bytes = bytes;
            this.segmentBytes = segmentBytes;
        }

        byte[] bytes() {
            return bytes;
        }

        int segmentBytes() {
            return segmentBytes;
        }
    }

    /// Keeps a copy.
    ///
    /// @return false: there is no room
    boolean add(long address, int length, int segmentBytes) {
        if (!messages.isEmpty() && (messages.size() == MOST_MESSAGES || bytes + length > MOST_BYTES)) {
            return false;
        }
        byte[] copy = new byte[length];
        NativeMemory.get(address, copy, 0, length);
        messages.add(new Message(copy, segmentBytes));
        bytes += length;
        return true;
    }

    List<Message> messages() {
        return messages;
    }
}
