package io.sluice.udp;

import java.net.InetSocketAddress;
import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.DescriptorCount;
import io.sluice.testing.Eventually;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestDatagramUpstream;
import io.sluice.testing.UdpClient;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// The ways to end a server that has flows.
class ShutdownTest {

    private static final String SERVER = """
            log_format end '$status $session_outcome';
            access_log ${dir}/access.log end;
            server { listen 127.0.0.1:0 udp; proxy_pass %s; }
            """;

    @ParameterizedTest
    @EnumSource(Transport.class)
    void quitWaitsForTheLastFlow(Transport transport) throws Exception {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.echo();
                RunningProxy proxy = RunningProxy.start(
                        transport, "proxy_timeout 700ms;" + SERVER.formatted(upstream.address()));
                UdpClient client = UdpClient.to(proxy.address());
                UdpClient late = UdpClient.to(proxy.address())) {
            assertThat(client.exchange("x")).isEqualTo("x");
            proxy.server().quit();
            late.send("x");
            assertThat(client.exchange("still here")).isEqualTo("still here");
            // One socket: what came before has been seen.
            assertThat(late.poll()).isNull();
            proxy.server().awaitTermination();
            assertThat(proxy.file("access.log")).isEqualTo("200 idle_timeout\n");
            assertThat(upstream.senders()).hasSize(1);
            assertNoThreads();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void quitWithoutFlowsEndsAtOnce(Transport transport) throws Exception {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.echo();
                RunningProxy proxy =
                        RunningProxy.start(transport, "worker_processes 2;", SERVER.formatted(upstream.address()))) {
            InetSocketAddress address = proxy.address();
            proxy.server().quit();
            proxy.server().awaitTermination();
            assertThat(UdpClient.isRefused(address)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void quitEndsWhatIsLeftAfterTheTimeout(Transport transport) throws Exception {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.echo();
                RunningProxy proxy = RunningProxy.start(
                        transport,
                        "worker_processes 2; worker_shutdown_timeout 50ms;",
                        SERVER.formatted(upstream.address()));
                UdpClient client = UdpClient.to(proxy.address())) {
            assertThat(client.exchange("x")).isEqualTo("x");
            proxy.server().quit();
            proxy.server().awaitTermination();
            assertThat(proxy.file("access.log")).isEqualTo("200 drained\n");
            assertNoThreads();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void stopEndsAllFlowsAndFreesEverything(Transport transport) throws Exception {
        TestDatagramUpstream.silent().close(); // the JDK opens something of its own when it first closes a channel
        DescriptorCount before = DescriptorCount.now();
        try (TestDatagramUpstream upstream = TestDatagramUpstream.echo();
                RunningProxy proxy =
                        RunningProxy.start(transport, "worker_processes 2;", SERVER.formatted(upstream.address()))) {
            InetSocketAddress address = proxy.address();
            for (int i = 0; i < 10; i++) {
                try (UdpClient client = UdpClient.to(address)) {
                    assertThat(client.exchange("x")).isEqualTo("x");
                }
            }
            proxy.server().stop();
            proxy.server().awaitTermination();
            assertThat(proxy.file("access.log").lines()).hasSize(10).containsOnly("200 drained");
            assertThat(UdpClient.isRefused(address)).isTrue();
            assertThat(proxy.server().status().listening()).isEmpty();
            assertThat(proxy.server().status().sessions()).isZero();
            assertNoThreads();
        }
        before.awaitNoMore();
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
}
