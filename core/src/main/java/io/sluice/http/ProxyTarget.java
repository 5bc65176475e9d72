package io.sluice.http;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.BalancingPolicy;
import io.sluice.config.model.LocationConfig.LocationHandler;
import io.sluice.config.model.LogLevel;
import io.sluice.http.routing.ProxyUrl;
import io.sluice.http.routing.UpstreamUri;
import io.sluice.tls.UpstreamTls;
import io.sluice.upstream.Balancer;
import io.sluice.upstream.Selection;
import io.sluice.variable.ByteText;
import io.sluice.variable.Template;

/// Where one exchange goes. Immutable.
///
/// @param group name of the group; the address for one that was computed
/// @param host `$proxy_host`
/// @param uri of the request line
/// @param method of the request line
/// @param tls null: plain text
/// @param tlsName whom to expect in the certificate
record ProxyTarget(
        Balancer balancer, String group, String host, String uri, String method, @Nullable UpstreamTls tls,
        String tlsName) {

    private static final byte[] NO_KEY = {};

    /// Evaluates where to; null, and told, when that is nowhere.
    static @Nullable ProxyTarget of(Exchange exchange, ProxyPlan plan) {
        LocationHandler.ProxyPass fixed = plan.fixed();
        Template methodTemplate = plan.method();
        String method = methodTemplate == null ? exchange.request().method() : methodTemplate.evaluate(exchange);
        if (fixed != null) {
            Balancer balancer = exchange.generation().balancer(fixed.upstream());
            if (balancer == null) {
                throw new IllegalStateException("the binder let pass an unknown upstream " + fixed.upstream());
            }
            String uri = UpstreamUri.of(exchange.route().location(), ByteText.of(fixed.uri()), exchange.target());
            return new ProxyTarget(
                    balancer, fixed.upstream(), fixed.host(), uri, method, fixed.tls() ? plan.tls() : null,
                    tlsName(exchange, plan, fixed.host()));
        }
        Template url = plan.url();
        return url == null ? null : computed(exchange, plan, url.evaluate(exchange), method);
    }

    private static @Nullable ProxyTarget computed(Exchange exchange, ProxyPlan plan, String url, String method) {
        ProxyUrl parsed = ProxyUrl.parse(url);
        if (parsed == null) {
            Messages.log(exchange, LogLevel.ERROR, () -> "invalid URL prefix in \"" + url + "\"");
            return null;
        }
        boolean secure = parsed.tls();
        String host = parsed.authority();
        String uri = UpstreamUri.of(parsed, exchange.target());
        Balancer named = exchange.generation().balancer(host);
        Balancer balancer = named != null
                ? named
                : exchange.generation().addressed(hasPort(host) ? host : host + (secure ? ":443" : ":80"));
        if (balancer == null) {
            Messages.log(exchange, LogLevel.ERROR,
                    () -> "no resolver defined to resolve " + host);
            return null;
        }
        return new ProxyTarget(
                balancer, balancer.group().name(), host, uri, method, secure ? plan.tls() : null,
                tlsName(exchange, plan, host));
    }

    private static boolean hasPort(String host) {
        int colon = host.lastIndexOf(':');
        return host.startsWith("unix:") || (colon >= 0 && host.indexOf(']', colon) < 0);
    }

    private static String tlsName(Exchange exchange, ProxyPlan plan, String host) {
        if (plan.tls() == null) {
            return "";
        }
        Template name = plan.tlsName();
        if (name != null) {
            return name.evaluate(exchange);
        }
        return hasPort(host) && !host.startsWith("unix:") ? host.substring(0, host.lastIndexOf(':')) : host;
    }

    boolean isTls() {
        return tls != null;
    }

    /// What requests must have in common to share a connection.
    @Nullable Object identity() {
        return tls == null ? null : new TlsIdentity(tls, tlsName);
    }

    private record TlsIdentity(UpstreamTls tls, String name) {}

    /// The walk over the group's peers.
    Selection select(Exchange exchange, ProxyPlan plan) {
        int tries = plan.options().nextUpstream().isEmpty() ? 1 : plan.options().nextUpstreamTries();
        return new Selection(balancer, key(exchange), tries, exchange.number());
    }

    private byte[] key(Exchange exchange) {
        return switch (balancer.group().policy()) {
            case BalancingPolicy.Hash _ ->
                ByteText.bytes(exchange.generation().servers().hashKeys().key(group).evaluate(exchange));
            case BalancingPolicy.IpHash _ -> exchange.addressKey();
            default -> NO_KEY;
        };
    }
}
