package io.sluice.bench.load;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

import io.sluice.transport.StreamSocket;
import io.sluice.transport.linux.NativeMemory;

/// Bytes of a head that both ends of a load send over and over: in native memory, so that sending them allocates nothing.
/// Immutable.
final class WebText {

    /// What ends a head (RFC 9112, section 2.1).
    private static final int END = 0x0d0a0d0a;

    static final WebText SMALL_REQUEST = request("/small", "Accept: */*\r\n");

    static final WebText BULK_REQUEST = request("/bulk", "Accept: */*\r\n");

    static final WebText UPGRADE_REQUEST = request(
            "/socket",
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");

    static final WebText UPGRADE_RESPONSE = new WebText(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");

    private final long address;

    private final int length;

    private final String text;

    private WebText(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        this.text = text;
        this.length = bytes.length;
        this.address = NativeMemory.allocateForever(length, 8);
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, NativeMemory.everything(), address, length);
    }

    private static WebText request(String path, String fields) {
        return new WebText("GET " + path + " HTTP/1.1\r\nHost: bench.example.com\r\nUser-Agent: sluice-bench\r\n" + fields + "\r\n");
    }

    /// The head of a response that has a body.
    static WebText response(long bodyBytes) {
        return new WebText("HTTP/1.1 200 OK\r\nServer: bench\r\nContent-Type: application/octet-stream\r\nContent-Length: "
                + bodyBytes + "\r\n\r\n");
    }

    void send(StreamSocket socket) {
        socket.send(address, length);
    }

    @Override
    public String toString() {
        return text;
    }

    /// Finds the end of a head that arrives in pieces. Confined to the load loop.
    static final class HeadEnd {

        private int last;

        /// How many of the bytes belong to the head when it ends among them; 0: it does not end yet.
        int find(long bytes, int length) {
            for (int i = 0; i < length; i++) {
                last = last << Byte.SIZE | (NativeMemory.getByte(bytes + i) & 0xff);
                if (last == END) {
                    last = 0;
                    return i + 1;
                }
            }
            return 0;
        }
    }
}
