package io.sluice.testing;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// What tests do with a connection, in text. Thread-safe: no state.
public final class Wire {

    private Wire() {}

    /// Sends a text.
    public static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// Reads so many bytes, less when the stream ends before.
    public static String read(Socket socket, int length) throws IOException {
        return new String(socket.getInputStream().readNBytes(length), StandardCharsets.ISO_8859_1);
    }

    /// Reads until the end of the stream.
    public static String readAll(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    /// Sends a text and reads as many bytes back.
    public static String echo(Socket socket, String text) throws IOException {
        send(socket, text);
        return read(socket, text.length());
    }
}
