package io.sluice.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

import io.sluice.testing.RunningProxy;

/// Speaks HTTP byte by byte, for requests that no client would send. Confined to the test's thread.
final class HttpWire {

    private HttpWire() {}

    /// Sends a request and reads until the proxy closes.
    static String exchange(RunningProxy proxy, String request) {
        try (Socket socket = proxy.connect()) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Reads a head, with the empty line at its end.
    static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("the connection ended within a head: " + head);
            }
            head.append((char) b);
        }
        return head.toString();
    }

    /// The status of a response.
    static int status(String response) {
        return response.isEmpty() ? 0 : Integer.parseInt(response.substring(9, 12));
    }

    /// What follows the head.
    static String body(String response) {
        return response.substring(response.indexOf("\r\n\r\n") + 4);
    }
}
