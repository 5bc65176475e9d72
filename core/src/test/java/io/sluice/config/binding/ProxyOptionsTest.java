package io.sluice.config.binding;

import java.time.Duration;
import java.util.OptionalInt;

import org.junit.jupiter.api.Test;

import io.sluice.config.model.ByteSize;
import io.sluice.config.model.RateConfig;
import io.sluice.config.model.StreamServerConfig;
import io.sluice.config.model.StreamServerConfig.BindConfig;
import io.sluice.config.model.StreamServerConfig.DatagramOptions;
import io.sluice.config.model.StreamServerConfig.ProxyOptions;

import static org.assertj.core.api.Assertions.assertThat;

/// The `proxy_*` directives that tune a session, `tcp_nodelay`, and how both levels go together.
class ProxyOptionsTest {

    @Test
    void theDefaultsAreNginxs() {
        StreamServerConfig server = Bound.server("").onlyServer();

        assertThat(server.proxy()).isEqualTo(ProxyOptions.DEFAULT);
        assertThat(server.tcpNodelay()).isTrue();
    }

    @Test
    void everyOptionCanBeWritten() {
        StreamServerConfig server = Bound.server("""
                proxy_connect_timeout 5s;
                proxy_timeout 1h;
                proxy_buffer_size 32k;
                proxy_next_upstream off;
                proxy_next_upstream_tries 3;
                proxy_next_upstream_timeout 1500ms;
                proxy_half_close on;
                proxy_bind $remote_addr transparent;
                proxy_socket_keepalive on;
                proxy_socket_rcvbuf 1m;
                proxy_socket_sndbuf 2m;
                tcp_nodelay off;
                """).onlyServer();

        ProxyOptions proxy = server.proxy();
        assertThat(proxy.connectTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(proxy.idleTimeout()).isEqualTo(Duration.ofHours(1));
        assertThat(proxy.bufferSize()).isEqualTo(new ByteSize(32 * 1024));
        assertThat(proxy.nextUpstream()).isFalse();
        assertThat(proxy.nextUpstreamTries()).isEqualTo(3);
        assertThat(proxy.nextUpstreamTimeout()).isEqualTo(Duration.ofMillis(1500));
        assertThat(proxy.halfClose()).isTrue();
        assertThat(proxy.bind()).isInstanceOfSatisfying(BindConfig.To.class, bind -> {
            assertThat(bind.address()).hasToString("${remote_addr}");
            assertThat(bind.transparent()).isTrue();
        });
        assertThat(proxy.socketKeepAlive()).isTrue();
        assertThat(proxy.receiveBuffer()).isEqualTo(OptionalInt.of(1 << 20));
        assertThat(proxy.sendBuffer()).isEqualTo(OptionalInt.of(2 << 20));
        assertThat(server.tcpNodelay()).isFalse();
    }

    @Test
    void aServerInheritsWhatItDoesNotSay() {
        StreamServerConfig server = Bound.of("""
                events {}
                stream {
                    proxy_timeout 1m;
                    proxy_connect_timeout 2s;
                    proxy_bind 127.0.0.9;
                    server {
                        listen 1;
                        proxy_pass 127.0.0.1:2;
                        proxy_connect_timeout 3s;
                        proxy_bind off;
                    }
                }
                """).onlyServer();

        assertThat(server.proxy().idleTimeout()).isEqualTo(Duration.ofMinutes(1));
        assertThat(server.proxy().connectTimeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(server.proxy().bind()).isEqualTo(new BindConfig.Off());
    }

    @Test
    void theOuterLevelMayComeLater() {
        assertThat(Bound.of("""
                events {}
                stream {
                    server { listen 1; proxy_pass 127.0.0.1:2; }
                    proxy_timeout 1m;
                }
                """).onlyServer().proxy().idleTimeout()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void flowsEndByRequestsAndResponses() {
        assertThat(datagrams("")).isEqualTo(new DatagramOptions(0, OptionalInt.empty()));
        assertThat(datagrams("proxy_responses 0;")).isEqualTo(new DatagramOptions(0, OptionalInt.of(0)));
        assertThat(datagrams("proxy_requests 5; proxy_responses 2;"))
                .isEqualTo(new DatagramOptions(5, OptionalInt.of(2)));
    }

    private static DatagramOptions datagrams(String directives) {
        return udpServer(directives).proxy().datagrams();
    }

    @Test
    void requestsAndResponsesAreInherited() {
        assertThat(Bound.of("""
                events {}
                stream {
                    proxy_responses 1;
                    proxy_requests 3;
                    server { listen 1 udp; proxy_requests 0; proxy_pass 127.0.0.1:2; }
                }
                """).onlyServer().proxy().datagrams()).isEqualTo(new DatagramOptions(0, OptionalInt.of(1)));
    }

    @Test
    void ratesAreSizesOrComputed() {
        ProxyOptions fixed = udpServer("proxy_upload_rate 64k; proxy_download_rate 0;").proxy();
        assertThat(fixed.uploadRate()).isEqualTo(new RateConfig.Fixed(new ByteSize(64 * 1024)));
        assertThat(fixed.downloadRate()).isEqualTo(RateConfig.UNLIMITED);

        ProxyOptions computed = udpServer("proxy_download_rate ${server_port}k;").proxy();
        assertThat(computed.uploadRate()).isEqualTo(RateConfig.UNLIMITED);
        assertThat(computed.downloadRate()).isInstanceOfSatisfying(
                RateConfig.Computed.class, rate -> assertThat(rate.perSecond()).hasToString("${server_port}k"));
    }

    private static StreamServerConfig udpServer(String directives) {
        return Bound.of("events {}\nstream { server { listen 1 udp; proxy_pass 127.0.0.1:2; " + directives + " } }")
                .onlyServer();
    }

    @Test
    void bindTakesAddressesWithAndWithoutPort() {
        for (String address : new String[] {"127.0.0.1", "127.0.0.1:8080", "[::1]:80", "::1", "[::1]"}) {
            assertThat(Bound.server("proxy_bind " + address + ";").onlyServer().proxy().bind())
                    .isInstanceOfSatisfying(BindConfig.To.class, bind -> {
                        assertThat(bind.address()).hasToString(address);
                        assertThat(bind.transparent()).isFalse();
                    });
        }
    }

    @Test
    void oldNamesOfTheBufferStillWork() {
        Bound bound = Bound.server("proxy_downstream_buffer 8k;");

        assertThat(bound.lines()).containsExactly("warning deprecated 6:1 the \"proxy_downstream_buffer\" directive is"
                + " deprecated, use the \"proxy_buffer_size\" directive instead");
        assertThat(bound.result().orElseThrow().stream().servers().getFirst().proxy().bufferSize())
                .isEqualTo(new ByteSize(8192));
    }

    @Test
    void whatIsNotBuiltMaySayThatItIsOff() {
        assertThat(Bound.server("""
                proxy_protocol off;
                proxy_ssl off;
                ssl_preread off;
                proxy_upload_rate 0;
                ssl_session_tickets on;
                """).lines()).isEmpty();
    }
}
