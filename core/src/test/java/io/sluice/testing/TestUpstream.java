package io.sluice.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/// An upstream server on a port that the kernel chooses; each connection is handled by a virtual thread. Thread-safe.
public final class TestUpstream implements AutoCloseable {

    private static final int BACKLOG = 512;

    private final ServerSocket listening;

    private final Handler handler;

    private final Thread acceptor = Thread.ofVirtual().unstarted(this::accept);

    private final AtomicInteger accepted = new AtomicInteger();

    private TestUpstream(ServerSocket listening, Handler handler) {
        this.listening = listening;
        this.handler = handler;
    }

    /// What is done with a connection, which is closed afterwards.
    @FunctionalInterface
    public interface Handler {

        void handle(Socket socket) throws IOException;
    }

    /// Sends back what comes, until the end.
    public static TestUpstream start() {
        return start(socket -> socket.getInputStream().transferTo(socket.getOutputStream()));
    }

    /// Says its name at once, then swallows what comes, until the end.
    public static TestUpstream named(String name) {
        return named(name, 0);
    }

    /// As [#named(String)], on a port of the test's.
    public static TestUpstream named(String name, int port) {
        return named(name, "127.0.0.1", port);
    }

    /// As [#named(String)], at an address of the test's.
    public static TestUpstream named(String name, String host, int port) {
        return start(host, port, socket -> {
            socket.getOutputStream().write(name.getBytes(StandardCharsets.ISO_8859_1));
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        });
    }

    /// Answers each connection's first HTTP request with its name, and closes.
    public static TestUpstream http(String name, String host, int port) {
        return start(host, port, socket -> {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = socket.getInputStream().read();
                if (next < 0) {
                    return;
                }
                head.append((char) next);
            }
            socket.getOutputStream().write(("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + name.length()
                    + "\r\n\r\n" + name).getBytes(StandardCharsets.ISO_8859_1));
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        });
    }

    /// An upstream with a behaviour of the test's.
    public static TestUpstream start(Handler handler) {
        return start("127.0.0.1", 0, handler);
    }

    private static TestUpstream start(String host, int port, Handler handler) {
        try {
            TestUpstream upstream =
                    new TestUpstream(new ServerSocket(port, BACKLOG, InetAddress.ofLiteral(host)), handler);
            upstream.acceptor.start();
            return upstream;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                accepted.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException _) {
                // Closed: the loop ends. Anything else shows in the test that misses its connection.
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            handler.handle(socket);
        } catch (IOException _) {
            // The other end may reset; tests assert on what they see themselves.
        }
    }

    /// `127.0.0.1:port`, as a configuration writes it.
    public String address() {
        return "127.0.0.1:" + listening.getLocalPort();
    }

    /// The port.
    public int port() {
        return listening.getLocalPort();
    }

    /// Connections accepted so far.
    public int accepted() {
        return accepted.get();
    }

    @Override
    public void close() {
        try {
            listening.close();
            // The kernel goes on accepting until the thread that waits for connections has let go of the socket.
            acceptor.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
