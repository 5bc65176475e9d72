package io.sluice.bench.load;

import io.sluice.transport.StreamSocket;
import io.sluice.transport.linux.NativeMemory;

/// Asks for a small document again and again on one connection. Confined to the load loop.
final class RequestClient extends Client {

    /// "HTTP/1.1 200" in two words and a half.
    private static final long FIRST = word("HTTP/1.1");

    private static final long SECOND = word(" 200\0\0\0\0");

    private final WebText.HeadEnd headEnd = new WebText.HeadEnd();

    private final int bodyBytes;

    private long sentNanos;

    private boolean inHead = true;

    private boolean statusSeen;

    private int received;

    RequestClient(Connections connections, int port, int bodyBytes) {
        super(connections, port);
        this.bodyBytes = bodyBytes;
    }

    private static long word(String eight) {
        long word = 0;
        for (int i = Long.BYTES - 1; i >= 0; i--) {
            word = word << Byte.SIZE | eight.charAt(i);
        }
        return word;
    }

    @Override
    void onConnected(StreamSocket established) {
        established.startBytes();
        request(established);
    }

    private void request(StreamSocket to) {
        sentNanos = System.nanoTime();
        inHead = true;
        statusSeen = false;
        received = 0;
        WebText.SMALL_REQUEST.send(to);
    }

    @Override
    public void onBytes(StreamSocket source, long address, int length) {
        long from = address;
        int left = length;
        if (inHead) {
            if (!statusSeen && !isOk(from, left)) {
                fail("the proxy did not answer 200");
                return;
            }
            statusSeen = true;
            int end = headEnd.find(from, left);
            if (end == 0) {
                return;
            }
            inHead = false;
            from += end;
            left -= end;
        }
        if (received + left > bodyBytes) {
            fail("a longer answer than was asked for");
        } else if (!Pattern.matches(received, from, left)) {
            fail("wrong bytes");
        } else {
            received += left;
            if (received == bodyBytes) {
                counters.unit(System.nanoTime() - sentNanos);
                request(source);
            }
        }
    }

    private static boolean isOk(long address, int length) {
        return length >= 2 * Long.BYTES
                && NativeMemory.getLong(address) == FIRST
                && NativeMemory.getInt(address + Long.BYTES) == (int) SECOND;
    }
}
