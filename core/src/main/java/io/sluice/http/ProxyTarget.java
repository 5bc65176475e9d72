package io.sluice.http;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.BalancingPolicy;
import io.sluice.config.model.LocationConfig.LocationHandler;
import io.sluice.http.routing.ProxyUrl;
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

    /// Of a `proxy_pass` without variables.
    static ProxyTarget fixed(
            Exchange exchange, ProxyPlan plan, LocationHandler.ProxyPass pass, Balancer balancer, String uri, String method) {
        return new ProxyTarget(
                balancer, pass.upstream(), pass.host(), uri, method, pass.tls() ? plan.tls() : null,
                tlsName(exchange, plan, pass.host()));
    }

    /// Of one with variables.
    static ProxyTarget computed(
            Exchange exchange, ProxyPlan plan, ProxyUrl url, Balancer balancer, String uri, String method) {
        return new ProxyTarget(
                balancer, balancer.group().name(), url.authority(), uri, method, url.tls() ? plan.tls() : null,
                tlsName(exchange, plan, url.authority()));
    }

    /// Whether an authority has a port, or needs none.
    static boolean hasPort(String host) {
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
