package io.sluice.config.binding;

import org.junit.jupiter.api.Test;

import io.sluice.config.model.ByteSize;
import io.sluice.config.model.LogLevel;
import io.sluice.config.model.StreamServerConfig.ConnectionLimits;

import static org.assertj.core.api.Assertions.assertThat;

/// `limit_conn` and what belongs to it.
class LimitConnTest {

    @Test
    void zonesAndLimits() {
        var stream = Bound.of("""
                events {}
                stream {
                    limit_conn_zone $binary_remote_addr zone=addr:10m;
                    limit_conn_zone $server_addr$server_port zone=server:32k;
                    limit_conn addr 5;
                    limit_conn_log_level warn;
                    server { listen 1; proxy_pass 127.0.0.1:2; }
                    server {
                        listen 2;
                        proxy_pass 127.0.0.1:2;
                        limit_conn server 65535;
                        limit_conn addr 1;
                        limit_conn_dry_run on;
                        limit_conn_log_level info;
                    }
                }
                """).config().stream();

        assertThat(stream.limitZones()).satisfiesExactly(
                zone -> {
                    assertThat(zone.name()).isEqualTo("addr");
                    assertThat(zone.key()).hasToString("${binary_remote_addr}");
                    assertThat(zone.size()).isEqualTo(new ByteSize(10 << 20));
                },
                zone -> assertThat(zone.key()).hasToString("${server_addr}${server_port}"));
        ConnectionLimits outer = stream.servers().getFirst().limits();
        assertThat(outer.limits()).extracting(l -> l.zone() + "=" + l.connections()).containsExactly("addr=5");
        assertThat(outer.logLevel()).isEqualTo(LogLevel.WARN);
        assertThat(outer.dryRun()).isFalse();
        ConnectionLimits inner = stream.servers().getLast().limits();
        assertThat(inner.limits()).extracting(l -> l.zone() + "=" + l.connections())
                .containsExactly("server=65535", "addr=1");
        assertThat(inner.logLevel()).isEqualTo(LogLevel.INFO);
        assertThat(inner.dryRun()).isTrue();
    }

    @Test
    void withoutLimitsTheLevelIsError() {
        assertThat(Bound.server("").onlyServer().limits()).isEqualTo(ConnectionLimits.NONE);
    }

    @Test
    void aZoneMayBeDefinedAfterItsUse() {
        assertThat(Bound.stream("limit_conn late 1;\nlimit_conn_zone $remote_addr zone=late:1m;").lines()).isEmpty();
    }

    @Test
    void aMistakeInAZoneIsNotReportedAgainWhereItIsUsed() {
        assertThat(Bound.stream("limit_conn_zone $remote_addr zone=a:1k;\nlimit_conn a 1;").lines()).containsExactly(
                "error invalid-parameter 3:30 zone \"zone=a:1k\" is too small");
    }
}
