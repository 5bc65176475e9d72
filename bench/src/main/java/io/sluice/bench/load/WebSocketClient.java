package io.sluice.bench.load;

import org.jspecify.annotations.Nullable;

import io.sluice.transport.StreamSocket;
import io.sluice.transport.linux.NativeMemory;

/// Has a connection upgraded, then sends messages and collects their echoes: bytes like any to a proxy that looks at no
/// frames. Confined to the load loop.
final class WebSocketClient extends Client {

    private static final int STATUS = 9;

    private final WebText.HeadEnd headEnd = new WebText.HeadEnd();

    private final int messageBytes;

    /// What follows the first message's echo; null: one message after the other.
    private final @Nullable Runnable whenIdle;

    private boolean upgraded;

    private boolean statusSeen;

    private long position;

    private int received;

    private long sentNanos;

    WebSocketClient(Connections connections, int port, int messageBytes, long first,
            @Nullable Runnable whenIdle) {
        super(connections, port);
        this.messageBytes = messageBytes;
        this.position = first;
        this.whenIdle = whenIdle;
    }

    @Override
    void onConnected(StreamSocket established) {
        established.startBytes();
        WebText.UPGRADE_REQUEST.send(established);
    }

    @Override
    public void onBytes(StreamSocket source, long address, int length) {
        if (!upgraded) {
            if (!statusSeen && (length <= STATUS || NativeMemory.getByte(address + STATUS) != '1')) {
                fail("the proxy did not answer 101");
                return;
            }
            statusSeen = true;
            int end = headEnd.find(address, length);
            if (end == 0) {
                return;
            }
            upgraded = true;
            if (end < length) {
                fail("bytes that nobody asked for");
            } else {
                sendMessage(source);
            }
        } else if (received + length > messageBytes) {
            fail("more bytes than were sent");
        } else if (!Pattern.matches(position + received, address, length)) {
            fail("wrong bytes");
        } else {
            received += length;
            if (received == messageBytes) {
                onAnswer(source);
            }
        }
    }

    private void onAnswer(StreamSocket source) {
        counters.unit(System.nanoTime() - sentNanos);
        if (whenIdle == null) {
            sendMessage(source);
        } else {
            whenIdle.run();
        }
    }

    private void sendMessage(StreamSocket sink) {
        sentNanos = System.nanoTime();
        position += messageBytes;
        received = 0;
        sink.send(Pattern.at(position), messageBytes);
    }
}
