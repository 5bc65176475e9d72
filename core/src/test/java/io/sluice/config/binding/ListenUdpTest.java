package io.sluice.config.binding;

import java.util.List;
import java.util.OptionalInt;

import org.junit.jupiter.api.Test;

import io.sluice.config.model.ListenerConfig;
import io.sluice.config.model.SocketOptionsConfig;
import io.sluice.config.model.SocketProtocol;
import io.sluice.config.model.StreamServerConfig;

import static org.assertj.core.api.Assertions.assertThat;

/// `listen ... udp`.
class ListenUdpTest {

    private static Bound servers(String... servers) {
        StringBuilder text = new StringBuilder("events {}\nstream {\n");
        for (String server : servers) {
            text.append("server { ").append(server).append(" proxy_pass 127.0.0.1:2; }\n");
        }
        return Bound.of(text.append("}\n").toString());
    }

    private static List<ListenerConfig> listeners(Bound bound) {
        return bound.config().stream().servers().stream()
                .map(StreamServerConfig::listeners).flatMap(List::stream).toList();
    }

    @Test
    void everyParameterThatGoesWithIt() {
        assertThat(listeners(servers(
                "listen [::1]:7-8 default_server udp bind rcvbuf=4m sndbuf=1m ipv6only=off reuseport;")))
                .hasSize(2)
                .allSatisfy(listener -> {
                    assertThat(listener.protocol()).isEqualTo(SocketProtocol.UDP);
                    assertThat(listener.defaultServer()).isTrue();
                    assertThat(listener.options()).isEqualTo(new SocketOptionsConfig(
                            SocketOptionsConfig.DEFAULT_BACKLOG, OptionalInt.of(4 << 20), OptionalInt.of(1 << 20), false,
                            OptionalInt.empty(), false, true, SocketOptionsConfig.DEFAULT.keepAlive()));
                })
                .extracting(listener -> listener.address().toString())
                .containsExactly("[::1]:7", "[::1]:8");
    }

    @Test
    void onePortServesBothProtocols() {
        assertThat(listeners(servers("listen 53; listen 53 udp;")))
                .extracting(ListenerConfig::protocol)
                .containsExactly(SocketProtocol.TCP, SocketProtocol.UDP);
    }

    @Test
    void optionsOfOneProtocolAreNotTheOthers() {
        assertThat(listeners(servers("listen 53 rcvbuf=1m default_server;", "listen 53 udp rcvbuf=2m default_server;")))
                .extracting(listener -> listener.options().receiveBuffer())
                .containsExactly(OptionalInt.of(1 << 20), OptionalInt.of(2 << 20));
    }

    @Test
    void withoutDefaultServerTheFirstOfAnAddressGetsEveryFlow() {
        assertThat(servers("listen 1 udp;", "listen 1 udp;").lines()).containsExactly(
                "warning unreachable-server 4:1 this server is never reached, sessions go to the one in nginx.conf:3");
    }

    @Test
    void acceptFiltersAreOfAnotherSystem() {
        assertThat(servers("listen 1 udp accept_filter=dataready;").lines()).containsExactly(
                "warning no-effect 3:23 accept filters \"accept_filter=dataready\" are not supported on this platform,"
                        + " ignored");
    }
}
