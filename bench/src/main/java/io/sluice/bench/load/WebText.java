package io.sluice.bench.load;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.sluice.transport.StreamSocket;
import io.sluice.transport.linux.NativeMemory;

/// Bytes of a head that both ends of a load send over and over: in native memory, so that sending them allocates nothing.
/// Immutable.
final class WebText {

    /// What ends a head (RFC 9112, section 2.1).
    private static final int END = 0x0d0a0d0a;

    static final WebText SMALL_REQUEST = request("/small", "Accept: */*");

    static final WebText BULK_REQUEST = request("/bulk", "Accept: */*");

    static final WebText UPGRADE_REQUEST = request(
            "/upgrade", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");

    static final WebText UPGRADE_RESPONSE = new WebText(
            "HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", "Upgrade: websocket",
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");

    private final long address;

    private final int length;

    private final String text;

    private WebText(String... lines) {
        this.text = String.join("\r\n", lines) + "\r\n\r\n";
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        this.length = bytes.length;
        this.address = NativeMemory.allocateForever(length, 8);
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, NativeMemory.everything(), address, length);
    }

    private static WebText request(String path, String... fields) {
        List<String> lines = new ArrayList<>(
                List.of("GET " + path + " HTTP/1.1", "Host: bench.example.com", "User-Agent: sluice-bench"));
        lines.addAll(List.of(fields));
        return new WebText(lines.toArray(String[]::new));
    }

    /// The head of a response that has a body.
    static WebText response(long bodyBytes) {
        return new WebText("HTTP/1.1 200 OK", "Server: bench", "Content-Type: application/octet-stream",
                "Content-Length: " + bodyBytes);
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
