package io.sluice.bench.generate;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Relays streams, and does one thing wrong on each of them. Thread-safe.
final class BadRelay implements AutoCloseable {

    static final int MAX_PIECE_BYTES = 64 * 1024;

    private final ServerSocket listener;

    private final InetSocketAddress upstream;

    private final Fault fault;

    private final int at;

    private final boolean upwards;

    private final int pieceBytes;

    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    /// @param at the place in the stream
    /// @param upwards of the stream towards the upstream, else of the other one
    /// @param pieceBytes the most that is passed on at once
    BadRelay(InetSocketAddress upstream, Fault fault, int at, boolean upwards, int pieceBytes) throws IOException {
        this.listener = new ServerSocket(0, 16, InetAddress.ofLiteral("127.0.0.1"));
        this.upstream = upstream;
        this.fault = fault;
        this.at = at;
        this.upwards = upwards;
        this.pieceBytes = pieceBytes;
        Thread.ofVirtual().start(this::accept);
    }

    String target() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Socket server = new Socket(upstream.getAddress(), upstream.getPort());
                sockets.add(client);
                sockets.add(server);
                Thread.ofVirtual().start(() -> relay(client, server, upwards));
                Thread.ofVirtual().start(() -> relay(server, client, !upwards));
            }
        } catch (IOException _) {
            // Closed.
        }
    }

    private void relay(Socket from, Socket to, boolean spoils) {
        try (from; to) {
            to.setTcpNoDelay(true);
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[pieceBytes];
            long done = 0;
            boolean silent = false;
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                byte[] piece = Arrays.copyOf(buffer, length);
                boolean here = spoils && done <= at && at < done + length - 1;
                if (!silent) {
                    out.write(here ? fault.spoil(piece, (int) (at - done)) : piece);
                }
                if (here && fault == Fault.CLOSES) {
                    return;
                }
                silent |= here && fault == Fault.FALLS_SILENT;
                done += length;
            }
        } catch (IOException _) {
            // The other side has gone.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
