package io.sluice.tcp;

import java.io.IOException;
import java.net.Socket;
import java.util.Random;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestUpstream;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// `proxy_buffer_size`: from a few bytes to more than a buffer of the worker; the bytes are the same.
class ProxyBufferSizeTest {

    @ParameterizedTest
    @CsvSource({
        "EPOLL, 128, 200000", "EPOLL, 16k, 5000000", "EPOLL, 4m, 5000000",
        "IO_URING, 128, 200000", "IO_URING, 16k, 5000000", "IO_URING, 4m, 5000000",
    })
    void bytesArriveAsTheyWere(Transport transport, String size, int length) throws IOException {
        byte[] request = new byte[length];
        new Random(length).nextBytes(request);
        try (TestUpstream upstream = TestUpstream.start();
                RunningProxy proxy = RunningProxy.start(transport, """
                        log_format end '$status $bytes_received $bytes_sent $upstream_bytes_sent $upstream_bytes_received';
                        access_log ${dir}/access.log end;
                        server { listen 127.0.0.1:0; proxy_pass %s; proxy_buffer_size %s; proxy_half_close on; }
                        """.formatted(upstream.address(), size))) {
            try (Socket socket = proxy.connect()) {
                Thread.ofVirtual().start(() -> {
                    try {
                        socket.getOutputStream().write(request);
                        socket.shutdownOutput();
                    } catch (IOException _) {
                        // Shows as missing bytes below.
                    }
                });
                assertThat(socket.getInputStream().readAllBytes()).isEqualTo(request);
            }
            assertThat(proxy.awaitLines("access.log", 1))
                    .containsExactly("200 %1$d %1$d %1$d %1$d".formatted(length));
        }
    }
}
