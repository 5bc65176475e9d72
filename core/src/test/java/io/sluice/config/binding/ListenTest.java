package io.sluice.config.binding;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.sluice.config.model.KeepAliveConfig;
import io.sluice.config.model.ListenerConfig;
import io.sluice.config.model.SocketOptionsConfig;
import io.sluice.config.model.SocketProtocol;

import static org.assertj.core.api.Assertions.assertThat;

/// `listen`.
class ListenTest {

    private static Bound servers(String... servers) {
        StringBuilder text = new StringBuilder("events {}\nstream {\n");
        for (String server : servers) {
            text.append("server { ").append(server).append(" proxy_pass 127.0.0.1:2; }\n");
        }
        return Bound.of(text.append("}\n").toString());
    }

    private static List<ListenerConfig> listeners(String listens) {
        return servers(listens).onlyServer().listeners();
    }

    private static SocketOptionsConfig options(String parameters) {
        return listeners("listen 1 " + parameters + ";").getFirst().options();
    }

    @ParameterizedTest
    @CsvSource({
        "8080, 0.0.0.0:8080",
        "*:8080, 0.0.0.0:8080",
        "127.0.0.1:8080, 127.0.0.1:8080",
        "localhost:8080, 127.0.0.1:8080",
        "[::]:8080, [::]:8080",
        "[2001:DB8::1]:8080, [2001:db8::1]:8080",
        "unix:/run/x.sock, unix:/run/x.sock",
        "UNIX:x.sock, unix:x.sock",
    })
    void addressForms(String written, String address) {
        assertThat(listeners("listen " + written + ";")).singleElement().satisfies(listener -> {
            assertThat(listener.address()).hasToString(address);
            assertThat(listener.protocol()).isEqualTo(SocketProtocol.TCP);
            assertThat(listener.defaultServer()).isFalse();
            assertThat(listener.options()).isEqualTo(SocketOptionsConfig.DEFAULT);
        });
    }

    @Test
    void aRangeIsAListenerForEachPort() {
        assertThat(listeners("listen 127.0.0.1:7-9; listen 20-20;"))
                .extracting(listener -> listener.address().toString())
                .containsExactly("127.0.0.1:7", "127.0.0.1:8", "127.0.0.1:9", "0.0.0.0:20");
    }

    @Test
    void socketOptions() {
        SocketOptionsConfig options =
                options("backlog=1024 rcvbuf=64k sndbuf=1m deferred fastopen=16 reuseport ipv6only=off bind");

        assertThat(options).isEqualTo(new SocketOptionsConfig(
                1024, OptionalInt.of(65536), OptionalInt.of(1 << 20), true, OptionalInt.of(16), false, true,
                KeepAliveConfig.DEFAULT));
    }

    @Test
    void keepAlive() {
        Optional<Duration> no = Optional.empty();
        assertThat(options("so_keepalive=on").keepAlive())
                .isEqualTo(new KeepAliveConfig(Optional.of(true), no, no, OptionalInt.empty()));
        assertThat(options("so_keepalive=off").keepAlive())
                .isEqualTo(new KeepAliveConfig(Optional.of(false), no, no, OptionalInt.empty()));
        assertThat(options("so_keepalive=30m::10").keepAlive()).isEqualTo(
                new KeepAliveConfig(Optional.of(true), Optional.of(Duration.ofMinutes(30)), no, OptionalInt.of(10)));
        assertThat(options("so_keepalive=:5s").keepAlive()).isEqualTo(
                new KeepAliveConfig(Optional.of(true), no, Optional.of(Duration.ofSeconds(5)), OptionalInt.empty()));
    }

    @Test
    void optionsSaidByOneServerHoldForAllOfTheAddress() {
        Bound bound = servers("listen 1;", "listen 1 default_server backlog=9;");

        assertThat(bound.messages()).containsExactly(
                "this server is never reached, sessions go to the one in nginx.conf:4");
        assertThat(bound.result().orElseThrow().stream().servers())
                .flatExtracting(server -> server.listeners())
                .extracting(listener -> listener.options().backlog())
                .containsExactly(9, 9);
        assertThat(bound.result().orElseThrow().stream().servers())
                .flatExtracting(server -> server.listeners())
                .extracting(ListenerConfig::defaultServer)
                .containsExactly(false, true);
    }

    @Test
    void withoutDefaultServerTheFirstOfAnAddressGetsEverySession() {
        assertThat(servers("listen 1;", "listen 1;").lines()).containsExactly(
                "warning unreachable-server 4:1 this server is never reached, sessions go to the one in nginx.conf:3");
    }

    @Test
    void aServerWithAnAddressOfItsOwnIsReached() {
        assertThat(servers("listen 1;", "listen 1; listen 2;").lines()).isEmpty();
        assertThat(servers("listen 1;", "listen 127.0.0.1:1;", "listen [::]:1;").lines()).isEmpty();
    }

    @Test
    void theDefaultServerMayBeAsked() {
        assertThat(listeners("listen 1 default_server;").getFirst().defaultServer()).isTrue();
    }
}
