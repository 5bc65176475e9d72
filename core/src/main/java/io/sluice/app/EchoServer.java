package io.sluice.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/// Sends back what it gets, on a loopback port: the upstream of the demo. Thread-safe.
final class EchoServer implements AutoCloseable {

    private final ServerSocket listener;

    private EchoServer(ServerSocket listener) {
        this.listener = listener;
    }

    /// Serves on a free port.
    static EchoServer start() throws IOException {
        ServerSocket listener = new ServerSocket();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        EchoServer server = new EchoServer(listener);
        Thread.ofVirtual().name("echo").start(server::acceptAll);
        return server;
    }

    int port() {
        return listener.getLocalPort();
    }

    private void acceptAll() {
        try {
            while (true) {
                Socket connection = listener.accept();
                Thread.ofVirtual().start(() -> echo(connection));
            }
        } catch (IOException _) {
            // closed
        }
    }

    private static void echo(Socket connection) {
        try (connection) {
            InputStream in = connection.getInputStream();
            OutputStream out = connection.getOutputStream();
            in.transferTo(out);
        } catch (IOException _) {
            // the other side has gone; there is nobody to tell
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
