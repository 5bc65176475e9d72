package io.sluice.udp;

import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.DatagramClient;
import io.sluice.testing.DatagramEcho;
import io.sluice.testing.FreePorts;
import io.sluice.testing.RunningProxy;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// Why flows end: `proxy_timeout`, `proxy_responses`, `proxy_requests`, refusals, `return`, `deny`, a stop.
class FlowEndTest {

    private static final String LOG = """
            log_format end '$protocol $status $session_outcome $bytes_received $bytes_sent $upstream_addr';
            access_log ${dir}/access.log end;
            """;

    private static RunningProxy start(Transport transport, String stream, Object... values) {
        return RunningProxy.start(transport, LOG + stream.formatted(List.of(values).toArray()));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void silenceEndsAFlow(Transport transport) {
        try (DatagramEcho echo = DatagramEcho.start();
                RunningProxy proxy = start(transport,
                        "server { listen 127.0.0.1:0 udp; proxy_pass %s; proxy_timeout 300ms; }", echo.address());
                DatagramClient client = DatagramClient.to(proxy.address())) {
            assertThat(client.exchange("one")).isEqualTo("one");
            assertThat(client.exchange("three")).isEqualTo("three");
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("UDP 200 idle_timeout 8 8 " + echo.address());
            proxy.awaitErrorLog("udp timed out, client: 127.0.0.1");
            proxy.awaitErrorLog("packets from/to client:2/2");
            assertThat(client.exchange("again")).isEqualTo("again");
            assertThat(echo.senders().getFirst()).isEqualTo(echo.senders().get(1)).isNotEqualTo(echo.senders().get(2));
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void theLastAnswerThatIsAwaitedEndsAFlow(Transport transport) {
        try (DatagramEcho echo = DatagramEcho.start(0, 3);
                RunningProxy proxy = start(transport,
                        "server { listen 127.0.0.1:0 udp; proxy_pass %s; proxy_responses 2; }", echo.address());
                DatagramClient client = DatagramClient.to(proxy.address())) {
            assertThat(client.exchange("x")).isEqualTo("x");
            assertThat(client.receive()).asString().isEqualTo("x");
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("UDP 200 answered 1 2 " + echo.address());
            assertThat(client.receive(50)).as("the third of two answers").isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void noneAwaitedEndsAFlowAtOnce(Transport transport) {
        try (DatagramEcho silent = DatagramEcho.start(0, 0);
                RunningProxy proxy = start(transport,
                        "server { listen 127.0.0.1:0 udp; proxy_pass %s; proxy_responses 0; }", silent.address());
                DatagramClient client = DatagramClient.to(proxy.address())) {
            client.send("a");
            client.send("bc");
            assertThat(proxy.awaitLines("access.log", 2))
                    .containsExactly("UDP 200 answered 1 0 " + silent.address(), "UDP 200 answered 2 0 " + silent.address());
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void missingAnswersAreThePeersFault(Transport transport) {
        try (DatagramEcho silent = DatagramEcho.start(0, 0);
                DatagramEcho echo = DatagramEcho.start();
                RunningProxy proxy = start(transport, """
                        upstream dns { server %s; server %s; }
                        server { listen 127.0.0.1:0 udp; proxy_pass dns; proxy_responses 1; proxy_timeout 300ms; }
                        """, silent.address(), echo.address());
                DatagramClient client = DatagramClient.to(proxy.address())) {
            client.send("x");
            assertThat(proxy.awaitLines("access.log", 1))
                    .containsExactly("UDP 502 upstream_unanswered 1 0 " + silent.address());
            proxy.awaitErrorLog("upstream timed out (110: Connection timed out) while proxying connection");
            for (int i = 0; i < 3; i++) {
                assertThat(client.exchange("y")).isEqualTo("y");
            }
            assertThat(silent.senders()).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aPortThatIsClosedIsThePeersFault(Transport transport) {
        String closed = "127.0.0.1:" + FreePorts.next();
        try (DatagramEcho echo = DatagramEcho.start();
                RunningProxy proxy = start(transport, """
                        upstream dns { server %s; server %s; }
                        server { listen 127.0.0.1:0 udp; proxy_pass dns; }
                        """, closed, echo.address());
                DatagramClient client = DatagramClient.to(proxy.address())) {
            client.send("x");
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("UDP 502 upstream_refused 1 0 " + closed);
            proxy.awaitErrorLog("upstream connection failed (111: Connection refused)");
            assertThat(client.exchange("y")).isEqualTo("y");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void afterSoManyDatagramsTheNextBeginsAnother(Transport transport) {
        try (DatagramEcho echo = DatagramEcho.start();
                RunningProxy proxy = start(transport,
                        "server { listen 127.0.0.1:0 udp; proxy_pass %s; proxy_requests 2; proxy_responses 1; }",
                        echo.address());
                DatagramClient client = DatagramClient.to(proxy.address())) {
            for (int i = 0; i < 5; i++) {
                assertThat(client.exchange("x" + i)).isEqualTo("x" + i);
            }
            List<?> senders = echo.senders();
            assertThat(senders.get(0)).isEqualTo(senders.get(1)).isNotEqualTo(senders.get(2));
            assertThat(senders.get(2)).isEqualTo(senders.get(3)).isNotEqualTo(senders.get(4));
            assertThat(proxy.awaitLines("access.log", 2)).allMatch(line -> line.startsWith("UDP 200 answered 4 4 "));
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void answersComeAlsoAfterTheNextOneHasBegun(Transport transport) {
        try (DatagramEcho echo = DatagramEcho.start(0, 2);
                RunningProxy proxy = start(transport,
                        "server { listen 127.0.0.1:0 udp; proxy_pass %s; proxy_requests 1; }", echo.address());
                DatagramClient client = DatagramClient.to(proxy.address())) {
            client.send("a");
            client.send("b");
            assertThat(List.of(client.receive(), client.receive(), client.receive(), client.receive()))
                    .extracting(String::new)
                    .containsExactlyInAnyOrder("a", "a", "b", "b");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void returnAndDeny(Transport transport) {
        try (RunningProxy proxy = start(transport, """
                        server { listen 127.0.0.1:0 udp; return "you are $remote_addr, $bytes_received bytes"; }
                        server { listen 127.0.0.1:0 udp; deny all; return no; }
                        """);
                DatagramClient client = DatagramClient.to(proxy.address());
                DatagramClient denied = DatagramClient.to(proxy.address(1))) {
            assertThat(client.exchange("xyz")).isEqualTo("you are 127.0.0.1, 3 bytes");
            denied.send("x");
            assertThat(proxy.awaitLines("access.log", 2))
                    .containsExactly("UDP 200 returned 3 26 -", "UDP 403 denied 1 0 -");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void theEndOfTheServerEndsFlows(Transport transport) {
        try (DatagramEcho echo = DatagramEcho.start();
                RunningProxy proxy =
                        start(transport, "server { listen 127.0.0.1:0 udp; proxy_pass %s; }", echo.address());
                DatagramClient client = DatagramClient.to(proxy.address());
                DatagramClient late = DatagramClient.to(proxy.address())) {
            assertThat(client.exchange("x")).isEqualTo("x");
            proxy.server().quit();
            assertThat(client.exchange("y")).as("flows go on while the server drains").isEqualTo("y");
            late.send("z");
            assertThat(client.exchange("w")).isEqualTo("w");
            assertThat(echo.texts()).containsExactly("x", "y", "w");
            proxy.server().stop();
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("UDP 200 drained 3 3 " + echo.address());
        }
    }
}
