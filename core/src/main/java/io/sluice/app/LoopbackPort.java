package io.sluice.app;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/// Finds ports to listen on. Thread-safe: no state.
final class LoopbackPort {

    private LoopbackPort() {}

    /// As [#free], for UDP.
    static int freeForDatagrams(int preferred) throws IOException {
        try (DatagramSocket probe = new DatagramSocket(preferred, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        } catch (IOException e) {
            if (preferred == 0) {
                throw e;
            }
            return freeForDatagrams(0);
        }
    }

    /// A port that nobody listens on now: the preferred one, or another; 0 prefers none.
    static int free(int preferred) throws IOException {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), preferred));
            return probe.getLocalPort();
        } catch (IOException e) {
            if (preferred == 0) {
                throw e;
            }
            return free(0);
        }
    }
}
