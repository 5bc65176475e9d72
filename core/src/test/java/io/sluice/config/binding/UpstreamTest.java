package io.sluice.config.binding;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.sluice.config.model.BalancingPolicy;
import io.sluice.config.model.ByteSize;
import io.sluice.config.model.Endpoint;
import io.sluice.config.model.PeerConfig;
import io.sluice.config.model.UpstreamConfig;

import static org.assertj.core.api.Assertions.assertThat;

/// `upstream {}`.
class UpstreamTest {

    private static UpstreamConfig upstream(String lines) {
        return Bound.upstream(lines).upstreamNamed("u");
    }

    @Test
    void parametersOfAServer() {
        UpstreamConfig upstream = upstream("""
                server 10.0.0.1:80 weight=5 max_conns=100 max_fails=3 fail_timeout=1m30s;
                server app.example.com:81 max_fails=0;
                server unix:/run/app.sock down;
                server [2001:db8::1]:82 backup;
                """);

        assertThat(upstream.peers()).extracting(PeerConfig::endpoint).containsExactly(
                new Endpoint.Host("10.0.0.1", 80), new Endpoint.Host("app.example.com", 81),
                new Endpoint.Unix("/run/app.sock"), new Endpoint.Host("2001:db8::1", 82));
        PeerConfig first = upstream.peers().getFirst();
        assertThat(first.weight()).isEqualTo(5);
        assertThat(first.maxConnections()).isEqualTo(100);
        assertThat(first.maxFails()).isEqualTo(3);
        assertThat(first.failTimeout()).isEqualTo(Duration.ofSeconds(90));
        PeerConfig second = upstream.peers().get(1);
        assertThat(second.weight()).isEqualTo(1);
        assertThat(second.maxConnections()).isZero();
        assertThat(second.maxFails()).isZero();
        assertThat(second.failTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(upstream.peers()).extracting(PeerConfig::down).containsExactly(false, false, true, false);
        assertThat(upstream.peers()).extracting(PeerConfig::backup).containsExactly(false, false, false, true);
        assertThat(upstream.policy()).isEqualTo(new BalancingPolicy.RoundRobin());
        assertThat(upstream.zone()).isEmpty();
    }

    @Test
    void methods() {
        String server = " server 10.0.0.1:80;";
        assertThat(upstream("least_conn;" + server).policy()).isEqualTo(new BalancingPolicy.LeastConnections());
        assertThat(upstream("random;" + server).policy()).isEqualTo(new BalancingPolicy.Random(false));
        assertThat(upstream("random two;" + server).policy()).isEqualTo(new BalancingPolicy.Random(true));
        assertThat(upstream("random two least_conn;" + server).policy()).isEqualTo(new BalancingPolicy.Random(true));
        assertThat(upstream("hash $remote_addr:x;" + server).policy())
                .isInstanceOfSatisfying(BalancingPolicy.Hash.class, hash -> {
                    assertThat(hash.key()).hasToString("${remote_addr}:x");
                    assertThat(hash.consistent()).isFalse();
                });
        assertThat(upstream("hash $remote_addr consistent;" + server).policy())
                .isInstanceOfSatisfying(BalancingPolicy.Hash.class, hash -> assertThat(hash.consistent()).isTrue());
    }

    @Test
    void theLastMethodWinsAsInNginx() {
        Bound bound = Bound.upstream("least_conn;\nrandom;\nserver 10.0.0.1:80;");

        assertThat(bound.lines()).containsExactly("warning method-redefined 5:1 load balancing method redefined");
        assertThat(bound.result().orElseThrow().stream().upstreams().values())
                .extracting(UpstreamConfig::policy).containsExactly(new BalancingPolicy.Random(false));
    }

    @Test
    void zone() {
        assertThat(upstream("zone shared 64k; server 10.0.0.1:80;").zone()).hasValueSatisfying(zone -> {
            assertThat(zone.name()).isEqualTo("shared");
            assertThat(zone.size()).isEqualTo(new ByteSize(64 * 1024));
        });
    }

    @Test
    void twoGroupsMayShareAZoneThatOneOfThemSizes() {
        assertThat(Bound.of("""
                events {}
                stream {
                    upstream a { zone z 64k; server 10.0.0.1:80; }
                    upstream b { zone z; server 10.0.0.1:80; }
                    server { listen 1; proxy_pass a; }
                    server { listen 2; proxy_pass b; }
                }
                """).lines()).isEmpty();
        assertThat(Bound.of("""
                events {}
                stream {
                    upstream a { zone z 64k; server 10.0.0.1:80; }
                    upstream b { zone z 128k; server 10.0.0.1:80; }
                    server { listen 1; proxy_pass a; }
                    server { listen 2; proxy_pass b; }
                }
                """).lines()).containsExactly("error conflicting-zone 4:18 the size 131072 of shared memory zone \"z\""
                        + " conflicts with already declared size 65536");
    }

    @ParameterizedTest
    @ValueSource(strings = {"weight=", "weight=-1", "weight=1.5", "weight=99999999999", "max_conns=x", "max_fails=",
        "down=1", "backup=yes", "route=a", "drain"})
    void parametersThatAreNone(String parameter) {
        assertThat(Bound.upstream("server 10.0.0.1:80 \"" + parameter + "\";").lines()).containsExactly(
                "error invalid-parameter 4:20 invalid parameter \"" + parameter + "\"");
    }
}
