package io.sluice.http;

import java.util.List;
import java.util.Objects;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;

import io.sluice.config.model.HttpProxyOptions;
import io.sluice.config.model.LocationConfig.LocationHandler;
import io.sluice.http.routing.Location;
import io.sluice.http.routing.ResponseRewrites;
import io.sluice.variable.VariableTable;

/// What becomes of `Location`, `Refresh` and `Set-Cookie` of a peer: `proxy_redirect` and `proxy_cookie_*`, compiled. Immutable.
final class ResponseRewriting {

    private final ResponseRewrites rewrites;

    private final boolean cookieRules;

    ResponseRewriting(HttpProxyOptions options, LocationHandler handler, VariableTable variables) {
        this.rewrites = ResponseRewrites.compile(options, handler, variables);
        this.cookieRules = !options.cookieDomains().isEmpty()
                || !options.cookiePaths().isEmpty()
                || !options.cookieFlags().isEmpty();
    }

    /// Whether cookies are rewritten at all.
    boolean hasCookieRules() {
        return cookieRules;
    }

    /// Adds what the peer's fields become, which are hidden then.
    void apply(Exchange exchange, HttpHeaders headers, ResponseHead head) {
        Location<?> requested = exchange.route().location();
        String location = headers.get(HttpHeaderNames.LOCATION);
        if (location != null) {
            String rewritten = rewrites.location(location, requested, exchange);
            // As in nginx only what was rewritten is made absolute.
            head.add("Location", rewritten == null ? location : exchange.route().absolute(rewritten));
        }
        String refresh = headers.get("Refresh");
        if (refresh != null) {
            head.add("Refresh", Objects.requireNonNullElse(rewrites.refresh(refresh, requested, exchange), refresh));
        }
        if (cookieRules) {
            List<String> cookies = headers.getAll(HttpHeaderNames.SET_COOKIE);
            for (String cookie : cookies) {
                head.add("Set-Cookie",
                        Objects.requireNonNullElse(rewrites.setCookie(cookie, requested, exchange), cookie));
            }
        }
    }
}
