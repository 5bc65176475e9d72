package io.sluice.config.binding;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalInt;

import org.junit.jupiter.api.Test;

import io.sluice.config.model.Endpoint;
import io.sluice.config.model.HttpConfig;
import io.sluice.config.model.HttpServerConfig;
import io.sluice.config.model.ListenerConfig;
import io.sluice.config.model.LocationConfig;
import io.sluice.config.model.ProxyConfig;
import io.sluice.config.model.SocketProtocol;
import io.sluice.config.model.StreamServerConfig;
import io.sluice.config.model.StreamServerConfig.DatagramOptions;
import io.sluice.config.model.UpstreamConfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/// The configurations the project began with.
class SeedTest {

    @Test
    void onePortForUdpAndForTcp() {
        Bound bound = Bound.of(seed("tcp-udp.conf"));

        assertThat(bound.lines()).containsExactly(
                "warning no-events 1:1 no \"events\" section in configuration");
        var stream = bound.result().orElseThrow().stream();
        assertThat(stream.servers()).flatExtracting(StreamServerConfig::listeners)
                .extracting(ListenerConfig::protocol, listener -> listener.address().toString())
                .containsExactly(tuple(SocketProtocol.UDP, "0.0.0.0:9958"), tuple(SocketProtocol.TCP, "0.0.0.0:9958"));
        assertThat(stream.upstreams().get("localhost:9958")).satisfies(upstream -> {
            assertThat(upstream.implicit()).isTrue();
            assertThat(upstream.peers().getFirst().endpoint()).isEqualTo(new Endpoint.Host("localhost", 9958));
        });
    }

    @Test
    void dnsOverUdp() {
        ProxyConfig config = Bound.of(seed("dns.conf"), Bound.environment(4, true)).config();

        assertThat(config.process().workers()).isEqualTo(4);
        assertThat(config.stream().upstreams()).containsOnlyKeys("dns");
        assertThat(config.stream().servers()).singleElement().satisfies(server -> {
            assertThat(server.listeners()).singleElement().satisfies(listener -> {
                assertThat(listener.protocol()).isEqualTo(SocketProtocol.UDP);
                assertThat(listener.address()).hasToString("127.0.0.1:53");
            });
            assertThat(server.proxy().datagrams()).isEqualTo(new DatagramOptions(0, OptionalInt.of(1)));
            assertThat(server.proxy().idleTimeout()).isEqualTo(Duration.ofSeconds(20));
        });
    }

    @Test
    void webSocketsBehindTls() {
        HttpConfig http = Bound.of(seed("websocket.conf")).config().http();

        HttpServerConfig server = http.servers().getFirst();
        assertThat(server.names()).extracting(name -> ((HttpServerConfig.ServerName.Exact) name).name())
                .containsExactly("ws.example.com");
        assertThat(server.listeners()).extracting(l -> l.address().toString(), ListenerConfig::tls)
                .containsExactly(tuple("0.0.0.0:443", true), tuple("0.0.0.0:80", false));
        assertThat(server.tls().orElseThrow().certificates()).singleElement().satisfies(certificate -> {
            assertThat(certificate.certificate()).hasToString("/prefix/conf/cert.pem");
            assertThat(certificate.key()).hasToString("/prefix/conf/key.pem");
        });
        LocationConfig chat = server.root().nested().getFirst();
        assertThat(chat.match()).isEqualTo(new LocationConfig.Match.Prefix("/chat/", false));
        assertThat(chat.handler()).isInstanceOfSatisfying(LocationConfig.LocationHandler.ProxyPass.class, pass -> {
            assertThat(pass.upstream()).isEqualTo("backend");
            assertThat(pass.host()).isEqualTo("backend");
            assertThat(pass.uri()).isEmpty();
            assertThat(pass.tls()).isFalse();
        });
        assertThat(chat.options().proxy().setHeaders()).extracting(h -> h.name() + "=" + h.value()).containsExactly(
                "Upgrade=${http_upgrade}", "Connection=${connection_upgrade}", "Host=${host}",
                "X-Real-IP=${remote_addr}", "X-Forwarded-For=${proxy_add_x_forwarded_for}");
        assertThat(chat.options().proxy().keepAliveUpstream()).isTrue();
        assertThat(http.maps()).singleElement().satisfies(map ->
                assertThat(map.variable()).isEqualTo("connection_upgrade"));
        assertThat(http.upstreams().get("backend")).satisfies(backend ->
                assertThat(backend.keepAlive()).contains(UpstreamConfig.KeepAlive.DEFAULT));
    }

    private static String seed(String name) {
        try (var in = Objects.requireNonNull(SeedTest.class.getResourceAsStream("/seed/" + name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
