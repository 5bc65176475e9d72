package io.sluice.config.binding;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.sluice.config.model.BalancingPolicy;
import io.sluice.config.model.Endpoint;
import io.sluice.config.model.Position;
import io.sluice.config.model.StreamConfig;
import io.sluice.config.model.StreamServerConfig.HandlerConfig;
import io.sluice.config.model.UpstreamConfig;

import static org.assertj.core.api.Assertions.assertThat;

/// `proxy_pass` and `return`.
class ProxyPassTest {

    private static StreamConfig stream(String handler) {
        return Bound.of("events {}\nstream {\nserver {\nlisten 1;\n" + handler + "\n}\n}\n").config().stream();
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:80, 127.0.0.1:80",
        "example.com:80, example.com:80",
        "[::1]:80, [::1]:80",
        "unix:/run/app.sock, unix:/run/app.sock",
    })
    void anAddressBecomesAGroupOfItsOwn(String written, String endpoint) {
        StreamConfig stream = stream("proxy_pass " + written + ";");

        assertThat(stream.servers().getFirst().handler())
                .isEqualTo(new HandlerConfig.ProxyPass(new Position("nginx.conf", 5, 1), written));
        assertThat(stream.upstreams()).containsOnlyKeys(written);
        assertThat(stream.upstreams().values()).singleElement().satisfies(group -> {
            assertThat(group.implicit()).isTrue();
            assertThat(group.policy()).isEqualTo(new BalancingPolicy.RoundRobin());
            assertThat(group.zone()).isEmpty();
            assertThat(group.peers()).singleElement().satisfies(peer -> {
                assertThat(peer.endpoint()).hasToString(endpoint);
                assertThat(peer.weight()).isEqualTo(1);
                assertThat(peer.position()).isEqualTo(new Position("nginx.conf", 5, 12));
            });
        });
    }

    @Test
    void theSameAddressIsOneGroup() {
        Bound bound = Bound.of("""
                events {}
                stream {
                    server { listen 1; proxy_pass 127.0.0.1:2; }
                    server { listen 3; proxy_pass 127.0.0.1:2; }
                }
                """);

        assertThat(bound.config().stream().upstreams()).containsOnlyKeys("127.0.0.1:2");
    }

    @Test
    void aNameOfABlockIsFoundWithoutRegardToCaseAndBeforeItIsDefined() {
        Bound bound = Bound.of("""
                events {}
                stream {
                    server { listen 1; proxy_pass BackEnd; }
                    upstream Backend { server unix:/x; }
                }
                """);

        StreamConfig stream = bound.config().stream();
        assertThat(stream.servers().getFirst().handler())
                .isInstanceOfSatisfying(HandlerConfig.ProxyPass.class, pass ->
                        assertThat(pass.upstream()).isEqualTo("Backend"));
        UpstreamConfig group = bound.upstreamNamed("Backend");
        assertThat(group.implicit()).isFalse();
        assertThat(group.peers().getFirst().endpoint()).isEqualTo(new Endpoint.Unix("/x"));
    }

    @Test
    void variablesAreLeftToTheSession() {
        StreamConfig stream = stream("proxy_pass $server_addr:80;");

        assertThat(stream.servers().getFirst().handler())
                .isInstanceOfSatisfying(HandlerConfig.ComputedProxyPass.class, pass ->
                        assertThat(pass.target()).hasToString("${server_addr}:80"));
        assertThat(stream.upstreams()).isEmpty();
    }

    @Test
    void aTextMayBeReturned() {
        assertThat(stream("return \"hello $remote_addr\\n\";").servers().getFirst().handler())
                .isInstanceOfSatisfying(HandlerConfig.Return.class, text ->
                        assertThat(text.text()).hasToString("hello ${remote_addr}\n"));
    }

    @Test
    void theLastHandlerWins() {
        Bound bound = Bound.server("return bye;");

        assertThat(bound.lines()).containsExactly("warning overridden-handler 5:1 \"proxy_pass\" has no effect, \"return\""
                + " of the same server comes later");
        assertThat(bound.result().orElseThrow().stream().servers().getFirst().handler())
                .isInstanceOf(HandlerConfig.Return.class);
    }

    @Test
    void aServerWithoutHandlerIsLegalButWarnedOf() {
        Bound bound = Bound.of("events {}\nstream {\nserver { listen 1; }\n}\n");

        assertThat(bound.lines()).containsExactly("warning no-handler 3:1 no handler for server");
        assertThat(bound.result().orElseThrow().stream().servers().getFirst().handler())
                .isEqualTo(new HandlerConfig.None());
    }
}
