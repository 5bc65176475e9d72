package io.sluice.config.binding;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.sluice.config.model.Address;
import io.sluice.config.model.ResolverConfig;
import io.sluice.config.model.ResolverOptions;

import static org.assertj.core.api.Assertions.assertThat;

/// `resolver` and `resolver_timeout`: values, defaults and inheritance.
class ResolverTest {

    private static Address.Ip at(String host, int port) {
        return new Address.Ip(InetAddress.ofLiteral(host), port);
    }

    @Test
    void noneByDefault() {
        assertThat(Bound.server("").onlyServer().proxy().resolver()).isEqualTo(ResolverOptions.NONE);
        assertThat(Bound.location("proxy_pass http://127.0.0.1;").firstLocation().options().proxy().resolver())
                .isEqualTo(ResolverOptions.NONE);
    }

    @Test
    void addressesAndParameters() {
        ResolverOptions options = Bound.server("""
                resolver 127.0.0.1 [::1]:5353 localhost:54 valid=1m ipv6=off;
                resolver_timeout 500ms;
                """).onlyServer().proxy().resolver();
        ResolverConfig resolver = options.resolver().orElseThrow();
        assertThat(resolver.servers()).isEqualTo(List.of(at("127.0.0.1", 53), at("::1", 5353), at("127.0.0.1", 54)));
        assertThat(resolver.valid()).contains(Duration.ofMinutes(1));
        assertThat(resolver.ipv4()).isTrue();
        assertThat(resolver.ipv6()).isFalse();
        assertThat(options.timeout()).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void eachIsInheritedByItself() {
        ResolverOptions outer = Bound.stream("resolver 127.0.0.1;\nresolver_timeout 5s;").onlyServer().proxy().resolver();
        assertThat(outer.resolver().orElseThrow().servers()).containsExactly(at("127.0.0.1", 53));
        assertThat(outer.timeout()).isEqualTo(Duration.ofSeconds(5));
        ResolverOptions location = Bound.http("""
                resolver 127.0.0.1;
                resolver_timeout 5s;
                server {
                    listen 8080;
                    resolver_timeout 6s;
                    location / { resolver 127.0.0.2; proxy_pass http://127.0.0.1; }
                }
                """).firstLocation().options().proxy().resolver();
        assertThat(location.resolver().orElseThrow().servers()).containsExactly(at("127.0.0.2", 53));
        assertThat(location.timeout()).isEqualTo(Duration.ofSeconds(6));
    }

    @Test
    void zeroIsAsLongAsTheAnswerSays() {
        assertThat(Bound.server("resolver 127.0.0.1 valid=0;").onlyServer().proxy().resolver().resolver().orElseThrow().valid())
                .isEmpty();
    }
}
