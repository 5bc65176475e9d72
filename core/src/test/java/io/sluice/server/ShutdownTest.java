package io.sluice.server;

import java.io.IOException;
import java.net.Socket;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.Eventually;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestUpstream;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/// The ways to end a server.
class ShutdownTest {

    private static final String MAIN = "worker_processes 2;";

    @ParameterizedTest
    @EnumSource(Transport.class)
    void quitWaitsForTheLastSession(Transport transport) throws Exception {
        try (TestUpstream upstream = TestUpstream.start();
                RunningProxy proxy = RunningProxy.start(transport, MAIN, logged(upstream))) {
            try (Socket session = proxy.connect()) {
                echo(session, 'a');
                var address = proxy.address();
                proxy.server().quit();
                proxy.server().quit();
                assertThatThrownBy(() -> new Socket(address.getAddress(), address.getPort()).close())
                        .hasMessageContaining("refused");
                assertThat(proxy.reload(MAIN, logged(upstream)).messages())
                        .extracting(LoadedConfig.Message::text)
                        .contains("not reconfiguring: the server is shutting down");
                echo(session, 'b');
                assertThat(proxy.server().status().sessions()).isEqualTo(1);
            }
            proxy.server().awaitTermination();
            assertThat(proxy.file("access.log")).isEqualTo("200 2 downstream_closed\n");
            assertThat(proxy.errorLog().strip()).endsWith(": exit");
            assertNoThreads();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void quitClosesWhatIsLeftAfterTheTimeout(Transport transport) throws Exception {
        try (TestUpstream upstream = TestUpstream.start();
                RunningProxy proxy =
                        RunningProxy.start(transport, MAIN + "worker_shutdown_timeout 50ms;", logged(upstream));
                Socket session = proxy.connect()) {
            echo(session, 'a');
            proxy.server().quit();
            proxy.server().awaitTermination();
            assertThat(session.getInputStream().read()).isEqualTo(-1);
            assertThat(proxy.file("access.log")).contains(" drained");
            assertNoThreads();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void stopEndsAQuitThatWaits(Transport transport) throws Exception {
        try (TestUpstream upstream = TestUpstream.start();
                RunningProxy proxy = RunningProxy.start(transport, MAIN, logged(upstream));
                Socket session = proxy.connect()) {
            echo(session, 'a');
            proxy.server().quit();
            proxy.server().stop();
            assertThat(session.getInputStream().read()).isEqualTo(-1);
            proxy.server().awaitTermination();
            proxy.server().close();
            proxy.server().close();
            assertThat(proxy.server().status().listening()).isEmpty();
            assertThat(proxy.server().status().sessions()).isZero();
            assertNoThreads();
        }
    }

    @Test
    void stopDoesNotWaitForAReload() throws Exception {
        try (TestUpstream upstream = TestUpstream.start();
                RunningProxy proxy = RunningProxy.start(Transport.EPOLL, MAIN, logged(upstream))) {
            Thread reload = Thread.ofPlatform().start(() -> proxy.reload(MAIN, logged(upstream)));
            proxy.server().stop();
            proxy.server().awaitTermination();
            reload.join();
            assertNoThreads();
        }
    }

    private static String logged(TestUpstream upstream) {
        return """
                log_format end '$status $bytes_received $session_outcome';
                access_log ${dir}/access.log end;
                server { listen 127.0.0.1:0; proxy_pass %s; }
                """.formatted(upstream.address());
    }

    private static void assertNoThreads() {
        Eventually.await(() -> "threads of a server that has ended: " + threads(), () -> threads().isEmpty());
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("sluice-"))
                .toList();
    }

    private static void echo(Socket socket, char c) throws IOException {
        socket.getOutputStream().write(c);
        assertThat(socket.getInputStream().read()).isEqualTo(c);
    }
}
