package io.sluice.config.binding;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

import org.junit.jupiter.api.Test;

import io.sluice.config.model.BalancingPolicy;
import io.sluice.config.model.PeerConfig;
import io.sluice.config.model.UpstreamConfig;
import io.sluice.config.model.UpstreamConfig.KeepAlive;
import io.sluice.config.model.UpstreamConfig.Sticky;

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
    void stickyCookie() {
        Sticky.Cookie cookie = (Sticky.Cookie) upstream("""
                server a route=x drain;
                sticky cookie srv path=/app secure samesite=Lax httponly domain=$host expires=max;
                """).sticky().orElseThrow();
        assertThat(cookie.name()).isEqualTo("srv");
        assertThat(cookie.expires()).contains(Sticky.Cookie.MAX_EXPIRES);
        assertThat(cookie.domain()).map(Object::toString).contains("${host}");
        assertThat(cookie.sameSite()).map(Object::toString).contains("Lax");
        assertThat(cookie.path()).isEqualTo("/app");
        assertThat(cookie.httpOnly() && cookie.secure()).isTrue();
        PeerConfig peer = upstream("server a route=x drain;\nsticky cookie srv;").peers().getFirst();
        assertThat(peer.route()).isEqualTo("x");
        assertThat(peer.drain()).isTrue();
    }

    @Test
    void stickyRouteAndLearn() {
        assertThat(upstream("server a;\nsticky route $cookie_route $arg_route;").sticky().orElseThrow())
                .isInstanceOfSatisfying(Sticky.Route.class, route -> assertThat(route.values()).hasSize(2));
        assertThat(upstream("""
                server a;
                sticky learn create=$upstream_cookie_s create=$upstream_http_s lookup=$cookie_s zone=z:64k timeout=1h header;
                """).sticky().orElseThrow()).isInstanceOfSatisfying(Sticky.Learn.class, learn -> {
                    assertThat(learn.create()).hasSize(2);
                    assertThat(learn.lookup()).hasSize(1);
                    assertThat(learn.timeout()).isEqualTo(Duration.ofHours(1));
                    assertThat(learn.header()).isTrue();
                });
    }

    @Test
    void learnedSessionsBelongToOneGroup() {
        String learn = "sticky learn create=$upstream_cookie_s lookup=$cookie_s zone=z:64k;";
        assertThat(Bound.http("upstream a { server b; " + learn + " }\nupstream c { server d; " + learn + " }\n"
                + "server { location / { proxy_pass http://a; } location /c { proxy_pass http://c; } }").lines())
                .singleElement().asString().startsWith("error conflicting-zone ")
                .endsWith("sticky zone \"z\" is already used in upstream \"a\"");
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
