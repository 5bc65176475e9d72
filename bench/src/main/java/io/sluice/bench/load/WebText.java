package io.sluice.bench.load;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.sluice.transport.StreamSocket;
import io.sluice.transport.linux.NativeMemory;

/// Bytes of a head that both ends of a load send over and over: in native memory, so that sending them allocates nothing.
/// Confined to the load loop where it has a position, else immutable.
final class WebText {

    private static final String DOCUMENT_PATH = "/small/";

    static final WebText BULK_REQUEST = request("/bulk", "Accept: */*");

    static final WebText UPGRADE_REQUEST = request(
            "/upgrade", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");

    static final WebText UPGRADE_RESPONSE = new WebText(
            "HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", "Upgrade: websocket",
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");

    /// Digits that a request for a document says its position with.
    private static final int POSITION_DIGITS = 5;

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

    /// Asks for so many bytes of the [pattern][Pattern], from the position on that [#send(StreamSocket, int)] puts in.
    static WebText documentRequest(int bodyBytes, boolean kept) {
        String path = DOCUMENT_PATH + bodyBytes + "/" + "0".repeat(POSITION_DIGITS);
        return kept ? request(path, "Accept: */*") : request(path, "Accept: */*", "Connection: close");
    }

    /// The head of a response that has a body.
    static WebText response(long bodyBytes, boolean kept) {
        String length = "Content-Length: " + bodyBytes;
        String type = "Content-Type: application/octet-stream";
        return kept
                ? new WebText("HTTP/1.1 200 OK", "Server: bench", type, length)
                : new WebText("HTTP/1.1 200 OK", "Server: bench", type, length, "Connection: close");
    }

    void send(StreamSocket socket) {
        socket.send(address, length);
    }

    /// Sends a request for a document from this position on.
    void send(StreamSocket socket, int position) {
        int rest = position;
        long first = address + text.indexOf(" HTTP/1.1") - POSITION_DIGITS;
        for (int i = POSITION_DIGITS - 1; i >= 0; i--) {
            NativeMemory.putByte(first + i, (byte) ('0' + rest % 10));
            rest /= 10;
        }
        socket.send(address, length);
    }

    @Override
    public String toString() {
        return text;
    }
}
