package io.sluice.config.binding;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.sluice.config.model.ByteSize;
import io.sluice.config.model.HttpProxyOptions;
import io.sluice.config.model.HttpProxyOptions.NextUpstream;
import io.sluice.config.model.HttpProxyOptions.Redirect;
import io.sluice.config.model.HttpProxyOptions.RedirectRule;
import io.sluice.config.model.HttpProxyOptions.Upgrade;
import io.sluice.config.model.RateConfig;
import io.sluice.config.model.StreamServerConfig.BindConfig;

import static org.assertj.core.api.Assertions.assertThat;

/// The `proxy_*` directives of http.
class HttpProxyTest {

    private static HttpProxyOptions options(String directives) {
        return Bound.location("proxy_pass http://127.0.0.1:9000;\n" + directives).firstLocation().options().proxy();
    }

    @Test
    void defaultsAreThoseOfNginx() {
        HttpProxyOptions proxy = options("");

        assertThat(proxy.keepAliveUpstream()).isTrue();
        assertThat(proxy.setHeaders()).isEmpty();
        assertThat(proxy.passHeaders()).isTrue();
        assertThat(proxy.passBody()).isTrue();
        assertThat(proxy.buffering()).isTrue();
        assertThat(proxy.requestBuffering()).isTrue();
        assertThat(proxy.bufferSize()).isEqualTo(new ByteSize(4096));
        assertThat(proxy.buffers()).isEqualTo(8);
        assertThat(proxy.buffer()).isEqualTo(new ByteSize(4096));
        assertThat(proxy.maxTempFile()).isEqualTo(new ByteSize(1024L << 20));
        assertThat(proxy.connectTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(proxy.sendTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(proxy.readTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(proxy.nextUpstream()).isEqualTo(Set.of(NextUpstream.ERROR, NextUpstream.TIMEOUT));
        assertThat(proxy.redirect()).isEqualTo(
                new Redirect.Rules(List.of(new RedirectRule.Default())));
        assertThat(proxy.bind()).isEqualTo(new BindConfig.Off());
        assertThat(proxy.limitRate()).isEqualTo(RateConfig.UNLIMITED);
        assertThat(proxy.upgrade()).isEqualTo(Upgrade.OFF);
        assertThat(proxy.interceptErrors()).isFalse();
        assertThat(proxy.ignoreClientAbort()).isFalse();
        assertThat(proxy.passTrailers()).isFalse();
    }

    @Test
    void everyScalar() {
        HttpProxyOptions proxy = options("""
                proxy_http_version 1.0;
                proxy_method GET;
                proxy_set_body "a=$arg_a";
                proxy_pass_request_headers off;
                proxy_pass_request_body off;
                proxy_buffering off;
                proxy_request_buffering off;
                proxy_buffer_size 8k;
                proxy_buffers 4 32k;
                proxy_busy_buffers_size 64k;
                proxy_max_temp_file_size 0;
                proxy_connect_timeout 1s;
                proxy_send_timeout 2s;
                proxy_read_timeout 1d;
                proxy_next_upstream_tries 3;
                proxy_next_upstream_timeout 9s;
                proxy_intercept_errors on;
                proxy_ignore_client_abort on;
                proxy_bind 127.0.0.1;
                proxy_socket_keepalive on;
                proxy_limit_rate 100k;
                proxy_upgrade auto;
                """);

        assertThat(proxy.keepAliveUpstream()).isFalse();
        assertThat(proxy.method()).hasToString("Optional[GET]");
        assertThat(proxy.body()).hasToString("Optional[a=${arg_a}]");
        assertThat(proxy.passHeaders() || proxy.passBody() || proxy.buffering() || proxy.requestBuffering()).isFalse();
        assertThat(proxy.bufferSize()).isEqualTo(new ByteSize(8192));
        assertThat(proxy.buffers()).isEqualTo(4);
        assertThat(proxy.maxTempFile()).isEqualTo(ByteSize.ZERO);
        assertThat(proxy.readTimeout()).isEqualTo(Duration.ofDays(1));
        assertThat(proxy.nextUpstreamTries()).isEqualTo(3);
        assertThat(proxy.bind()).isInstanceOf(BindConfig.To.class);
        assertThat(proxy.limitRate()).isEqualTo(new RateConfig.Fixed(new ByteSize(100 * 1024)));
        assertThat(proxy.upgrade()).isEqualTo(Upgrade.AUTO);
    }

    @Test
    void fieldsOfBothDirections() {
        HttpProxyOptions proxy = options("""
                proxy_set_header Host $http_host;
                proxy_set_header Accept-Encoding "";
                proxy_hide_header X-Powered-By;
                proxy_pass_header Server;
                proxy_ignore_headers X-Accel-Redirect Set-Cookie;
                """);

        assertThat(proxy.setHeaders()).extracting(h -> h.name() + "=" + h.value())
                .containsExactly("Host=${http_host}", "Accept-Encoding=");
        assertThat(proxy.hideHeaders()).containsExactly("x-powered-by");
        assertThat(proxy.passResponseHeaders()).containsExactly("server");
        assertThat(proxy.ignoreHeaders()).containsExactlyInAnyOrder("x-accel-redirect", "set-cookie");
    }

    @Test
    void nextUpstream() {
        assertThat(options("proxy_next_upstream error http_502 http_429 non_idempotent;").nextUpstream()).containsExactlyInAnyOrder(
                NextUpstream.ERROR, NextUpstream.HTTP_502, NextUpstream.HTTP_429, NextUpstream.NON_IDEMPOTENT);
        assertThat(options("proxy_next_upstream off;").nextUpstream()).isEmpty();
    }

    @Test
    void redirects() {
        assertThat(options("proxy_redirect off;").redirect()).isEqualTo(new Redirect.Off());
        assertThat(options("""
                proxy_redirect default;
                proxy_redirect http://localhost:8000/ /;
                proxy_redirect ~*^http://[^/]+/(.*)$ https://$host/$1;
                """).redirect()).isInstanceOfSatisfying(Redirect.Rules.class, rules ->
                        assertThat(rules.rules()).satisfiesExactly(
                                rule -> assertThat(rule).isEqualTo(new RedirectRule.Default()),
                                rule -> assertThat(rule).isInstanceOf(RedirectRule.Text.class),
                                rule -> assertThat(rule).isInstanceOfSatisfying(RedirectRule.Regex.class, regex -> {
                                    assertThat(regex.pattern()).isEqualTo("^http://[^/]+/(.*)$");
                                    assertThat(regex.ignoreCase()).isTrue();
                                })));
    }

    @Test
    void cookies() {
        HttpProxyOptions proxy = options("""
                proxy_cookie_domain localhost example.org;
                proxy_cookie_domain ~\\.([a-z]+)$ $1;
                proxy_cookie_path /two/ /;
                proxy_cookie_flags ~ nosecure samesite=strict;
                """);

        assertThat(proxy.cookieDomains()).extracting(rule -> rule.regex()).containsExactly(false, true);
        assertThat(proxy.cookiePaths()).hasSize(1);
        assertThat(proxy.cookieFlags()).singleElement().satisfies(flags ->
                assertThat(flags.flags()).extracting(Object::toString).containsExactly("nosecure", "samesite=strict"));
        assertThat(Bound.http("""
                proxy_cookie_path / /a;
                server { location / { proxy_cookie_path off; } }
                """).firstLocation().options().proxy().cookiePaths()).isEmpty();
    }

    @Test
    void tls() {
        var tls = Bound.location("""
                proxy_pass https://127.0.0.1;
                proxy_ssl_verify on;
                proxy_ssl_trusted_certificate ca.pem;
                proxy_ssl_name $host;
                proxy_ssl_server_name on;
                proxy_ssl_certificate c.pem;
                proxy_ssl_certificate_key /keys/c.key;
                proxy_ssl_protocols TLSv1.3;
                """).firstLocation().options().proxy().tls();

        assertThat(tls.verify()).isTrue();
        assertThat(tls.authorities()).hasToString("Optional[/prefix/conf/ca.pem]");
        assertThat(tls.name()).hasToString("Optional[${host}]");
        assertThat(tls.certificate().orElseThrow().key()).hasToString("/keys/c.key");
        assertThat(tls.protocols()).hasSize(1);
    }
}
