package io.sluice.server;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestUpstream;
import io.sluice.testing.Wire;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// `worker_connections`: a session counts twice, a listener once.
class WorkerConnectionsTest {

    @ParameterizedTest
    @EnumSource(Transport.class)
    void whatExceedsThemIsClosedAndTold(Transport transport) throws IOException {
        try (TestUpstream upstream = TestUpstream.named("u");
                RunningProxy proxy = RunningProxy.start(transport, "events { worker_connections 6; }", """
                        log_format end '$status $session_outcome';
                        access_log ${dir}/access.log end;
                        server { listen 127.0.0.1:0; proxy_pass %s; }
                        """.formatted(upstream.address()))) {
            List<Socket> open = new ArrayList<>();
            try {
                for (int i = 0; i < 2; i++) {
                    open.add(proxy.connect());
                    assertThat(Wire.read(open.get(i), 1)).isEqualTo("u");
                }
                // One is left: enough to accept, not to connect.
                try (Socket third = proxy.connect()) {
                    assertThat(Wire.readAll(third)).isEmpty();
                }
                assertThat(proxy.awaitLines("access.log", 1)).containsExactly("500 worker_connections");
                proxy.awaitErrorLog("[alert]");
                proxy.awaitErrorLog("6 worker_connections are not enough");
            } finally {
                for (Socket socket : open) {
                    socket.close();
                }
            }
            proxy.awaitNoSessions();
            try (Socket again = proxy.connect()) {
                assertThat(Wire.read(again, 1)).isEqualTo("u");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void withNoneLeftTheConnectionIsClosedAtOnce(Transport transport) throws IOException {
        try (TestUpstream upstream = TestUpstream.named("u");
                RunningProxy proxy = RunningProxy.start(transport, "events { worker_connections 3; }", """
                        server { listen 127.0.0.1:0; proxy_pass %s; }
                        """.formatted(upstream.address()));
                Socket first = proxy.connect();
                Socket second = proxy.connect()) {
            assertThat(Wire.read(first, 1)).isEqualTo("u");
            assertThat(Wire.readAll(second)).isEmpty();
            proxy.awaitErrorLog("3 worker_connections are not enough");
        }
    }
}
