package io.sluice.testing;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/// Ports nobody listens on, from below the range that the kernel gives to outgoing connections. Thread-safe.
public final class FreePorts {

    private static final String ANY_PORT = "127.0.0.1:0";

    private static final int FIRST = 10_000;

    private static final int END = 32_000;

    private static final int ATTEMPTS = 200;

    private FreePorts() {}

    /// A port that was free on all addresses a moment ago, for TCP and for UDP.
    public static int next() {
        for (int i = 0; i < ATTEMPTS; i++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, END);
            try (ServerSocket tcp = new ServerSocket(port, 1, InetAddress.ofLiteral("::"));
                    DatagramSocket _ = new DatagramSocket(port, InetAddress.ofLiteral("::"))) {
                return tcp.getLocalPort();
            } catch (IOException _) {
                // Taken: the next one.
            }
        }
        throw new AssertionError("no free port in " + ATTEMPTS + " attempts");
    }

    /// Replaces each `127.0.0.1:0` by one with a port: those of the list in turn, which grows as needed.
    static String fill(String stream, List<Integer> ports) {
        StringBuilder text = new StringBuilder(stream);
        int next = 0;
        for (int at = text.indexOf(ANY_PORT); at >= 0; at = text.indexOf(ANY_PORT)) {
            if (next == ports.size()) {
                ports.add(next());
            }
            text.replace(at, at + ANY_PORT.length(), "127.0.0.1:" + ports.get(next++));
        }
        return text.toString();
    }
}
