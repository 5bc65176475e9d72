package io.sluice.config.binding;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

import org.junit.jupiter.api.Test;

import io.sluice.config.model.BalancingPolicy;
import io.sluice.config.model.PeerConfig;
import io.sluice.config.model.UpstreamConfig;
import io.sluice.config.model.UpstreamConfig.KeepAlive;

import static org.assertj.core.api.Assertions.assertThat;

/// Upstream groups of http.
class HttpUpstreamTest {

    private static UpstreamConfig upstream(String directives) {
        Bound bound = Bound.http("upstream u {\n" + directives + "\n}\nserver { location / { proxy_pass http://u; } }");
        return Objects.requireNonNull(bound.config().http().upstreams().get("u"));
    }

    @Test
    void peersHavePort80() {
        List<PeerConfig> peers = upstream("""
                server a.example weight=2 max_fails=3 fail_timeout=1m max_conns=4;
                server 127.0.0.1:81;
                server unix:/run/c backup;
                server [::1] down;
                """).peers();

        assertThat(peers).extracting(p -> p.endpoint().toString()).containsExactly(
                "a.example:80", "127.0.0.1:81", "unix:/run/c", "[::1]:80");
    }

    @Test
    void connectionsAreKeptUnlessSaidOtherwise() {
        assertThat(upstream("server a;").keepAlive()).contains(KeepAlive.DEFAULT);
        assertThat(upstream("server a;\nkeepalive 0;").keepAlive()).isEmpty();
        assertThat(upstream("""
                server a;
                keepalive 16 local;
                keepalive_requests 5;
                keepalive_time 1m;
                keepalive_timeout 2s;
                """).keepAlive()).contains(new KeepAlive(16, 5, Duration.ofMinutes(1), Duration.ofSeconds(2)));
    }

    @Test
    void anAddressHasAGroupThatKeepsNothing() {
        assertThat(Bound.location("proxy_pass http://127.0.0.1:9000;").config().http().upstreams().values())
                .singleElement().satisfies(group -> {
                    assertThat(group.implicit()).isTrue();
                    assertThat(group.keepAlive()).isEmpty();
                });
    }

    @Test
    void balancing() {
        assertThat(upstream("ip_hash;\nserver a;").policy()).isEqualTo(new BalancingPolicy.IpHash());
        assertThat(upstream("least_conn;\nserver a;").policy()).isEqualTo(new BalancingPolicy.LeastConnections());
        assertThat(upstream("hash $request_uri consistent;\nserver a;").policy())
                .isInstanceOf(BalancingPolicy.Hash.class);
        assertThat(upstream("random two;\nserver a;\nzone u 64k;").policy()).isEqualTo(new BalancingPolicy.Random(true));
    }

    @Test
    void stickySessionsAreRefusedUntilTheyAreBuilt() {
        assertThat(Bound.http("""
                upstream u { server a route=x; server b drain; sticky route $cookie_route $arg_route; }
                server { location / { proxy_pass http://u; } }
                """).lines()).hasSize(3).allMatch(line -> line.startsWith("error not-supported "));
    }

    @Test
    void aGroupThatNobodyUsesIsWarnedOf() {
        assertThat(Bound.http("upstream u { server a; }\nserver { }").lines()).containsExactly(
                "warning unused-upstream 3:10 upstream \"u\" is not used");
        assertThat(Bound.http("upstream u { server a; }\nserver { location / { proxy_pass http://$host; } }").lines())
                .isEmpty();
    }

    @Test
    void streamAndHttpHaveGroupsOfTheirOwn() {
        assertThat(Bound.of("""
                events {}
                stream { upstream u { server a:1; } server { listen 1; proxy_pass u; } }
                http { upstream u { server b; } server { location / { proxy_pass http://u; } } }
                """).lines()).isEmpty();
    }
}
