package io.sluice.udp;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestDatagramUpstream;
import io.sluice.testing.UdpClient;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// `limit_conn` counts flows.
class LimitConnTest {

    private static final String LOG = """
            log_format end '$status $session_outcome $limit_conn_status $bytes_received';
            access_log ${dir}/access.log end;
            limit_conn_zone $remote_addr zone=addresses:64k;
            """;

    @ParameterizedTest
    @EnumSource(Transport.class)
    void overTheLimitDatagramsAreDroppedUntilAnotherFlowEnds(Transport transport) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.echo();
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        server { listen 127.0.0.1:0 udp; limit_conn addresses 1; proxy_pass %s; proxy_responses 2; }
                        """.formatted(upstream.address()));
                UdpClient first = UdpClient.to(proxy.address());
                UdpClient second = UdpClient.to(proxy.address());
                UdpClient elsewhere = UdpClient.from("127.0.0.2", proxy.address())) {
            assertThat(first.exchange("a")).isEqualTo("a");
            second.send("bb");
            second.send("ccc");
            assertThat(proxy.awaitLines("access.log", 2))
                    .containsExactly("503 limited REJECTED 2", "503 limited REJECTED 3");
            assertThat(second.poll()).isNull();
            assertThat(elsewhere.exchange("x")).as("another key").isEqualTo("x");
            upstream.send(upstream.senders().getFirst(), "the second response");
            assertThat(proxy.awaitLines("access.log", 3)).endsWith("200 answered PASSED 1");
            assertThat(second.exchange("dddd")).isEqualTo("dddd");
            assertThat(proxy.errorLog().lines().filter(line -> line.contains("limiting connections by zone \"addresses\"")))
                    .hasSize(2)
                    .allMatch(line -> line.contains("[error]") && line.contains("client: 127.0.0.1"));
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void isExactForAllWorkersTogether(Transport transport) {
        int flows = 40;
        int limit = 7;
        try (TestDatagramUpstream upstream = TestDatagramUpstream.echo();
                RunningProxy proxy = RunningProxy.start(transport, "worker_processes 2;", LOG + """
                        server { listen 127.0.0.1:0 udp; limit_conn addresses %d; proxy_pass %s; }
                        """.formatted(limit, upstream.address()))) {
            for (int i = 0; i < flows; i++) {
                try (UdpClient client = UdpClient.to(proxy.address())) {
                    client.send("x");
                }
            }
            assertThat(proxy.awaitLines("access.log", flows - limit)).containsOnly("503 limited REJECTED 1");
            upstream.awaitReceived(limit);
            assertThat(proxy.server().status().sessions()).isEqualTo(limit);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void inADryRunEverybodyIsLetIn(Transport transport) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.echo();
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        server {
                            listen 127.0.0.1:0 udp; limit_conn addresses 1; limit_conn_dry_run on; limit_conn_log_level warn;
                            proxy_pass %s; proxy_timeout 500ms;
                        }
                        """.formatted(upstream.address()));
                UdpClient first = UdpClient.to(proxy.address());
                UdpClient second = UdpClient.to(proxy.address())) {
            assertThat(first.exchange("x") + second.exchange("y")).isEqualTo("xy");
            assertThat(proxy.awaitLines("access.log", 2)).containsExactlyInAnyOrder(
                    "200 idle_timeout PASSED 1", "200 idle_timeout REJECTED_DRY_RUN 1");
            assertThat(proxy.errorLog().lines()
                            .filter(line -> line.contains("limiting connections, dry run, by zone \"addresses\"")))
                    .hasSize(1)
                    .allMatch(line -> line.contains("[warn]"));
        }
    }
}
