package io.sluice.http;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.LocationConfig.LocationHandler;
import io.sluice.config.model.LogLevel;
import io.sluice.http.routing.ProxyUrl;
import io.sluice.http.routing.UpstreamUri;
import io.sluice.resolve.Answer;
import io.sluice.resolve.NameServers;
import io.sluice.resolve.TargetName;
import io.sluice.upstream.Balancer;
import io.sluice.variable.ByteText;
import io.sluice.variable.Template;

/// Where `proxy_pass` says that one exchange goes. Immutable.
sealed interface Destination {

    /// To a group or an address.
    record Known(ProxyTarget target) implements Destination {}

    /// Nowhere, which has been told.
    ///
    /// @param status to answer with
    record Nowhere(int status) implements Destination {}

    /// To a name that is no group's, and has to be resolved.
    record Named(ProxyUrl url, TargetName name, NameServers servers, String uri, String method) implements Destination {

        /// Where that is, now that the name is resolved.
        ProxyTarget resolved(Exchange exchange, ProxyPlan plan, Answer answer) {
            Balancer balancer = exchange.generation().resolved(withPort(url), name.port(), answer);
            return ProxyTarget.computed(exchange, plan, url, balancer, uri, method);
        }
    }

    /// Evaluates where to.
    static Destination of(Exchange exchange, ProxyPlan plan) {
        LocationHandler.ProxyPass fixed = plan.fixed();
        Template methodTemplate = plan.method();
        String method = methodTemplate == null ? exchange.method() : methodTemplate.evaluate(exchange);
        if (fixed != null) {
            Balancer balancer = exchange.generation().balancer(fixed.upstream());
            if (balancer == null) {
                throw new IllegalStateException("the binder let pass an unknown upstream " + fixed.upstream());
            }
            String uri = UpstreamUri.of(exchange.route().location(), ByteText.of(fixed.uri()), exchange.target());
            return new Known(ProxyTarget.fixed(exchange, plan, fixed, balancer, uri, method));
        }
        Template url = plan.url();
        if (url == null) {
            throw new IllegalStateException("a plan has a URL, fixed or computed");
        }
        return computed(exchange, plan, url.evaluate(exchange), method);
    }

    private static Destination computed(Exchange exchange, ProxyPlan plan, String text, String method) {
        ProxyUrl url = ProxyUrl.parse(text);
        if (url == null) {
            Messages.log(exchange, LogLevel.ERROR, () -> "invalid URL prefix in \"" + text + "\"");
            return new Nowhere(HttpStatus.INTERNAL);
        }
        String uri = UpstreamUri.of(url, exchange.target());
        Balancer balancer = balancer(exchange, url);
        if (balancer != null) {
            return new Known(ProxyTarget.computed(exchange, plan, url, balancer, uri, method));
        }
        TargetName name = TargetName.parse(url.authority(), defaultPort(url));
        if (!name.fault().isEmpty()) {
            Messages.log(exchange, LogLevel.ERROR,
                    () -> name.fault() + " in upstream \"" + url.authority() + "\"");
            return new Nowhere(HttpStatus.INTERNAL);
        }
        NameServers servers = plan.nameServers();
        if (servers == null) {
            Messages.log(exchange, LogLevel.ERROR, () -> "no resolver defined to resolve " + name.host());
            return new Nowhere(HttpStatus.BAD_GATEWAY);
        }
        return new Named(url, name, servers, uri, method);
    }

    private static @Nullable Balancer balancer(Exchange exchange, ProxyUrl url) {
        Balancer named = exchange.generation().balancer(url.authority());
        return named != null ? named : exchange.generation().addressed(withPort(url));
    }

    private static String withPort(ProxyUrl url) {
        return ProxyTarget.hasPort(url.authority()) ? url.authority() : url.authority() + ":" + defaultPort(url);
    }

    private static int defaultPort(ProxyUrl url) {
        return url.tls() ? 443 : 80;
    }
}
