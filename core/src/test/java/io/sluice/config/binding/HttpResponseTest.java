package io.sluice.config.binding;

import java.util.OptionalInt;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.sluice.config.model.LocationOptions.ResponseOptions;
import io.sluice.config.model.LocationOptions.ResponseOptions.ServerTokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/// `add_header`, `error_page`, `expires`, and how redirects look.
class HttpResponseTest {

    private static ResponseOptions response(String directives) {
        return Bound.location(directives).firstLocation().options().response();
    }

    @Test
    void defaultsAreThoseOfNginx() {
        ResponseOptions response = response("");

        assertThat(response.headers()).isEmpty();
        assertThat(response.trailers()).isEmpty();
        assertThat(response.expires()).isEmpty();
        assertThat(response.errorPages()).isEmpty();
        assertThat(response.serverTokens()).isEqualTo(ServerTokens.ON);
        assertThat(response.absoluteRedirect() && response.portInRedirect() && response.chunked()).isTrue();
        assertThat(response.serverNameInRedirect() || response.recursiveErrorPages()).isFalse();
    }

    @Test
    void everyScalar() {
        ResponseOptions response = response("""
                server_tokens off;
                absolute_redirect off;
                port_in_redirect off;
                server_name_in_redirect on;
                chunked_transfer_encoding off;
                recursive_error_pages on;
                msie_padding off;
                """);

        assertThat(response.serverTokens()).isEqualTo(ServerTokens.OFF);
        assertThat(response.absoluteRedirect() || response.portInRedirect() || response.chunked()).isFalse();
        assertThat(response.serverNameInRedirect() && response.recursiveErrorPages()).isTrue();
        assertThat(response.msiePadding()).isFalse();
    }

    @Test
    void fields() {
        ResponseOptions response = response("""
                add_header Strict-Transport-Security "max-age=31536000" always;
                add_header X-Peer $upstream_addr;
                """);

        assertThat(response.headers()).extracting(h -> h.name(), h -> h.value().toString(), h -> h.always())
                .containsExactly(
                        tuple("Strict-Transport-Security", "max-age=31536000", true),
                        tuple("X-Peer", "${upstream_addr}", false));
    }

    @Test
    void expires() {
        for (String value : new String[] {"24h", "-1", "+1d", "@15h30m", "epoch", "max", "off", "$sent_http_x"}) {
            assertThat(response("expires " + value + ";").expires()).as(value).hasValueSatisfying(
                    expires -> assertThat(expires.modified()).isFalse());
        }
        assertThat(response("expires modified +24h;").expires()).hasValueSatisfying(
                expires -> assertThat(expires.modified()).isTrue());
    }

    @Test
    void errorPages() {
        assertThat(response("""
                error_page 404 /404.html;
                error_page 500 502 /50x.html;
                error_page 404 =200 /empty.gif;
                error_page 401 = @login;
                error_page 403 http://example.com/forbidden.html;
                """).errorPages()).extracting(p -> p.statuses(), p -> p.overwrite(), p -> p.uri().toString())
                .containsExactly(
                        tuple(Set.of(404), OptionalInt.empty(), "/404.html"),
                        tuple(Set.of(500, 502), OptionalInt.empty(), "/50x.html"),
                        tuple(Set.of(404), OptionalInt.of(200), "/empty.gif"),
                        tuple(Set.of(401), OptionalInt.of(0), "@login"),
                        tuple(Set.of(403), OptionalInt.empty(), "http://example.com/forbidden.html"));
    }
}
