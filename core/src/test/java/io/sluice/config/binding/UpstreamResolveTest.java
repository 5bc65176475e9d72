package io.sluice.config.binding;

import java.time.Duration;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.sluice.config.model.Endpoint;
import io.sluice.config.model.PeerConfig;
import io.sluice.config.model.UpstreamConfig;

import static org.assertj.core.api.Assertions.assertThat;

/// `resolve` and `service=` of a `server` in `upstream {}`.
class UpstreamResolveTest {

    @Test
    void namesAndServices() {
        UpstreamConfig group = Bound.upstream("""
                zone u 64k;
                resolver 127.0.0.1;
                resolver_timeout 3s;
                server app.test:80 resolve weight=2;
                server app.test service=_http._tcp resolve backup;
                server app.test:81;
                """).upstreamNamed("u");
        assertThat(group.peers()).extracting(PeerConfig::resolve).containsExactly(
                Optional.of(new PeerConfig.Resolve("")), Optional.of(new PeerConfig.Resolve("_http._tcp")), Optional.empty());
        assertThat(group.peers()).extracting(PeerConfig::endpoint).containsExactly(
                new Endpoint.Host("app.test", 80), new Endpoint.Host("app.test", 0), new Endpoint.Host("app.test", 81));
        assertThat(group.resolver().resolver()).isPresent();
        assertThat(group.resolver().timeout()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void anAddressNeedsNoResolving() {
        assertThat(Bound.upstream("server 127.0.0.1:80 resolve;\nserver unix:/run/app resolve;").upstreamNamed("u").peers())
                .extracting(PeerConfig::resolve).containsOnly(Optional.empty());
    }

    @Test
    void theResolverOfTheModuleIsInherited() {
        assertThat(Bound.of("""
                events {}
                http {
                    resolver 127.0.0.1;
                    upstream u { zone u 64k; server app.test resolve; }
                    server { listen 8080; location / { proxy_pass http://u; } }
                }
                """).config().http().upstreams().get("u")).satisfies(group -> {
                    assertThat(group.resolver().resolver()).isPresent();
                    assertThat(group.peers().getFirst().endpoint()).isEqualTo(new Endpoint.Host("app.test", 80));
                });
    }
}
