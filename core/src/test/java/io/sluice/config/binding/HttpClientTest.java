package io.sluice.config.binding;

import java.time.Duration;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.sluice.config.model.ByteSize;
import io.sluice.config.model.LocationOptions.ClientOptions;
import io.sluice.config.model.LocationOptions.ClientOptions.LingeringClose;
import io.sluice.config.model.RateConfig;

import static org.assertj.core.api.Assertions.assertThat;

/// How the downstream connection is treated.
class HttpClientTest {

    @Test
    void defaultsAreThoseOfNginx() {
        assertThat(Bound.location("").firstLocation().options().client()).isEqualTo(new ClientOptions(
                new ByteSize(1 << 20), new ByteSize(8192), Duration.ofSeconds(60), Duration.ofSeconds(60),
                Duration.ofSeconds(75), Optional.empty(), 1000, Duration.ofHours(1), LingeringClose.ON,
                Duration.ofSeconds(30), Duration.ofSeconds(5), RateConfig.UNLIMITED, RateConfig.UNLIMITED, false, true));
    }

    @Test
    void everyScalar() {
        ClientOptions client = Bound.http("""
                keepalive_timeout 65s 60s;
                server {
                    client_max_body_size 2g;
                    location / {
                        client_body_buffer_size 16k;
                        client_body_timeout 1s;
                        send_timeout 2s;
                        keepalive_requests 10;
                        keepalive_time 1m;
                        lingering_close always;
                        lingering_time 3s;
                        lingering_timeout 4s;
                        limit_rate $arg_rate;
                        limit_rate_after 1m;
                        reset_timedout_connection on;
                        tcp_nodelay off;
                    }
                }
                """).firstLocation().options().client();

        assertThat(client.maxBody()).isEqualTo(new ByteSize(2L << 30));
        assertThat(client.keepAliveTimeout()).isEqualTo(Duration.ofSeconds(65));
        assertThat(client.keepAliveHeader()).contains(Duration.ofSeconds(60));
        assertThat(client.keepAliveRequests()).isEqualTo(10);
        assertThat(client.lingeringClose()).isEqualTo(LingeringClose.ALWAYS);
        assertThat(client.limitRate()).isInstanceOf(RateConfig.Computed.class);
        assertThat(client.limitRateAfter()).isEqualTo(new RateConfig.Fixed(new ByteSize(1 << 20)));
        assertThat(client.resetTimedOut()).isTrue();
        assertThat(client.tcpNodelay()).isFalse();
    }
}
