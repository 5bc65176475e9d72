package io.sluice.config.binding;

import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.sluice.config.model.LocationConfig;
import io.sluice.config.model.LocationConfig.LocationHandler;
import io.sluice.config.model.LocationConfig.Match;
import io.sluice.config.model.RewriteStep;

import static org.assertj.core.api.Assertions.assertThat;

/// Locations: which URIs they are for, what they inherit, where `proxy_pass` goes.
class HttpLocationsTest {

    @Test
    void everyKindOfLocation() {
        List<LocationConfig> locations = Bound.httpServer("""
                location / { }
                location ^~ /static/ { }
                location = /exact { }
                location ~ \\.php$ { }
                location ~* \\.(?:gif|jpe?g)$ { }
                location @fallback { }
                location =/near { }
                """).firstHttpServer().root().nested();

        assertThat(locations).extracting(LocationConfig::match).containsExactly(
                new Match.Prefix("/", false),
                new Match.Prefix("/static/", true),
                new Match.Exact("/exact"),
                new Match.Regex("\\.php$", false),
                new Match.Regex("\\.(?:gif|jpe?g)$", true),
                new Match.Named("fallback"),
                new Match.Exact("/near"));
    }

    @Test
    void nestedLocationsInheritOptionsButNoHandler() {
        LocationConfig outer = Bound.httpServer("""
                location /a/ {
                    proxy_pass http://127.0.0.1:9000;
                    proxy_read_timeout 7s;
                    location /a/b/ { }
                    location ~ \\.png$ { proxy_read_timeout 8s; }
                }
                """).firstLocation();

        assertThat(outer.handler()).isInstanceOf(LocationHandler.ProxyPass.class);
        assertThat(outer.nested()).extracting(LocationConfig::handler)
                .allMatch(LocationHandler.Files.class::isInstance);
        assertThat(outer.nested()).extracting(l -> l.options().proxy().readTimeout().toSeconds()).containsExactly(7L, 8L);
    }

    @Test
    void listsAreReplacedByTheInnerLevel() {
        LocationConfig location = Bound.http("""
                proxy_set_header Host $host;
                proxy_set_header X-Outer 1;
                add_header X-A a;
                error_page 404 /404.html;
                allow 10.0.0.0/8;
                server {
                    location / {
                        proxy_set_header X-Inner 2;
                        location /b { add_header X-B b always; error_page 500 = @oops; deny all; }
                    }
                }
                """).firstLocation();

        assertThat(location.options().proxy().setHeaders()).extracting(h -> h.name()).containsExactly("X-Inner");
        assertThat(location.options().response().headers()).extracting(h -> h.name()).containsExactly("X-A");
        LocationConfig inner = location.nested().getFirst();
        assertThat(inner.options().proxy().setHeaders()).extracting(h -> h.name()).containsExactly("X-Inner");
        assertThat(inner.options().response().headers()).extracting(h -> h.name()).containsExactly("X-B");
        assertThat(inner.options().response().errorPages()).singleElement()
                .satisfies(page -> assertThat(page.statuses()).isEqualTo(Set.of(500)));
        assertThat(inner.options().access().rules()).hasSize(1);
    }

    @Test
    void proxyPassInAllItsForms() {
        Bound bound = Bound.http("""
                upstream Backend { server 127.0.0.1:1; }
                server {
                    location /1 { proxy_pass http://127.0.0.1; }
                    location /2/ { proxy_pass https://example.com/app/; }
                    location /3 { proxy_pass HTTP://backend/; }
                    location /4 { proxy_pass http://unix:/run/app.sock:/x; }
                    location /5 { proxy_pass http://[::1]:81?a=b; }
                    location /6 { proxy_pass http://127.0.0.1:80; }
                    location /7 { proxy_pass https://$host$request_uri; }
                }
                """);

        assertThat(bound.config().http().servers().getFirst().root().nested())
                .extracting(l -> switch (l.handler()) {
                    case LocationHandler.ProxyPass p -> p.upstream() + " " + p.tls() + " " + p.host() + " " + p.uri();
                    case LocationHandler.ComputedProxyPass p -> p.url().toString();
                    case LocationHandler.Files _ -> "files";
                }).containsExactly(
                        "127.0.0.1:80 false 127.0.0.1 ",
                        "example.com:443 true example.com /app/",
                        "Backend false backend /",
                        "unix:/run/app.sock false localhost /x",
                        "[::1]:81 false [::1]:81 ?a=b",
                        "127.0.0.1:80 false 127.0.0.1:80 ",
                        "https://${host}${request_uri}");
        assertThat(bound.config().http().upstreams()).containsOnlyKeys(
                "Backend", "127.0.0.1:80", "example.com:443", "unix:/run/app.sock", "[::1]:81");
    }

    @Test
    void theBodyOfAnIfHasTheLocationsHandler() {
        LocationConfig location = Bound.location("""
                proxy_pass http://127.0.0.1:9000;
                if ($request_method = POST) { limit_rate 10k; }
                if ($http_x) { proxy_pass http://127.0.0.1:9001; }
                """).firstLocation();

        assertThat(location.script()).extracting(step ->
                ((LocationHandler.ProxyPass) ((RewriteStep.If) step).body().handler()).upstream())
                .containsExactly("127.0.0.1:9000", "127.0.0.1:9001");
    }

    @Test
    void aNameThatComesTwiceIsWarnedOf() {
        Bound bound = Bound.httpServer("location @a { return 200; }\nlocation @a { return 404; }");

        assertThat(bound.lines()).containsExactly("warning unreachable-location 6:10 location \"@a\" is never reached,"
                + " another of this name comes first");
        assertThat(bound.result().orElseThrow().http().servers().getFirst().root().nested()).hasSize(1);
    }
}
