package io.sluice.tcp;

import java.io.IOException;
import java.net.Socket;
import java.util.Random;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestUpstream;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// `proxy_half_close`: whether one side's end of stream ends the other direction too.
class ProxyHalfCloseTest {

    private static final String LOG = """
            log_format end '$status $bytes_received $bytes_sent $session_outcome';
            access_log ${dir}/access.log end;
            """;

    @ParameterizedTest
    @EnumSource(Transport.class)
    void anEndOfStreamIsPassedOnAndTheAnswerStillArrives(Transport transport) throws IOException {
        byte[] request = bytes(3_000_000);
        try (TestUpstream upstream = TestUpstream.start(socket -> {
                    byte[] all = socket.getInputStream().readAllBytes();
                    socket.getOutputStream().write(all);
                });
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        server { listen 127.0.0.1:0; proxy_pass %s; proxy_half_close on; }
                        """.formatted(upstream.address()))) {
            try (Socket socket = proxy.connect()) {
                socket.getOutputStream().write(request);
                socket.shutdownOutput();
                assertThat(socket.getInputStream().readAllBytes()).isEqualTo(request);
            }
            assertThat(proxy.awaitLines("access.log", 1))
                    .containsExactly("200 3000000 3000000 downstream_closed");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void offTheFirstEndOfStreamEndsTheSession(Transport transport) throws IOException {
        try (TestUpstream upstream = TestUpstream.start();
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        server { listen 127.0.0.1:0; proxy_pass %s; }
                        """.formatted(upstream.address()))) {
            try (Socket socket = proxy.connect()) {
                socket.getOutputStream().write('x');
                assertThat(socket.getInputStream().read()).isEqualTo('x');
                socket.shutdownOutput();
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("200 1 1 downstream_closed");
        }
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(7).nextBytes(bytes);
        return bytes;
    }
}
