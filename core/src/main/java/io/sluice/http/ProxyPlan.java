package io.sluice.http;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.HttpProxyOptions;
import io.sluice.config.model.HttpProxyOptions.SetHeader;
import io.sluice.config.model.LocationConfig.LocationHandler;
import io.sluice.config.model.StreamServerConfig.BindConfig;
import io.sluice.http.routing.ResponseRewrites;
import io.sluice.resolve.NameServers;
import io.sluice.stream.SourceAddress;
import io.sluice.tls.UpstreamTls;
import io.sluice.upstream.ConnectOptions;
import io.sluice.upstream.RetryRules;
import io.sluice.variable.Template;
import io.sluice.variable.VariableTable;

/// How the requests of one location are proxied, compiled. Immutable.
final class ProxyPlan {

    /// Which are never passed as they came: what concerns one connection only, and what frames a body (RFC 9110, 7.6.1).
    private static final List<String> HOP_BY_HOP = List.of(
            "connection", "proxy-connection", "keep-alive", "te", "expect", "upgrade", "transfer-encoding",
            "content-length", "host");

    /// What a peer says about its own connection, and what frames its body.
    private static final List<String> ALWAYS_HIDDEN = List.of(
            "connection", "keep-alive", "transfer-encoding", "content-length", "content-type", "last-modified", "etag",
            "location", "refresh");

    /// Hidden unless `proxy_pass_header` says otherwise.
    private static final List<String> HIDDEN_BY_DEFAULT = List.of(
            "date", "server", "x-pad", "x-accel-expires", "x-accel-redirect", "x-accel-limit-rate", "x-accel-buffering",
            "x-accel-charset");

    private final HttpProxyOptions options;

    private final LocationHandler.@Nullable ProxyPass fixed;

    private final @Nullable Template url;

    private final List<FieldTemplate> fields;

    private final FieldNames setNames;

    private final FieldNames dropped;

    private final FieldNames hidden;

    private final Set<String> passed;

    private final boolean cookieRules;

    private final ResponseRewrites rewrites;

    private final @Nullable Template method;

    private final @Nullable Template body;

    private final @Nullable UpstreamTls tls;

    /// `proxy_ssl_name`.
    private final @Nullable Template tlsName;

    private final ConnectOptions connectOptions;

    private final @Nullable SourceAddress source;

    private final Rate rate;

    private final long connectNanos;

    private final long sendNanos;

    private final long readNanos;

    private final RetryRules retries;

    private final @Nullable NameServers nameServers;

    private final long resolverNanos;

    /// @param tls null: `http://`
    ProxyPlan(
            LocationHandler handler, HttpProxyOptions options, boolean tcpNodelay, VariableTable variables,
            ResponseRewrites rewrites, @Nullable UpstreamTls tls) {
        this.tls = tls;
        this.tlsName = options.tls().name().map(variables::compile).orElse(null);
        this.options = options;
        this.fixed = handler instanceof LocationHandler.ProxyPass pass ? pass : null;
        this.url = handler instanceof LocationHandler.ComputedProxyPass computed
                ? variables.compile(computed.url())
                : null;
        this.fields = fields(options, variables);
        Set<String> set = new HashSet<>();
        options.setHeaders().forEach(header -> set.add(header.name().toLowerCase(Locale.ROOT)));
        this.setNames = new FieldNames(set);
        set.addAll(HOP_BY_HOP);
        this.dropped = new FieldNames(set);
        Set<String> hide = new HashSet<>(options.hideHeaders());
        HIDDEN_BY_DEFAULT.stream().filter(name -> !options.passResponseHeaders().contains(name)).forEach(hide::add);
        this.passed = options.passResponseHeaders();
        hide.addAll(ALWAYS_HIDDEN);
        this.rewrites = rewrites;
        this.cookieRules = !options.cookieDomains().isEmpty() || !options.cookiePaths().isEmpty()
                || !options.cookieFlags().isEmpty();
        if (cookieRules) {
            hide.add("set-cookie");
        }
        this.hidden = new FieldNames(hide);
        this.method = options.method().map(variables::compile).orElse(null);
        this.body = options.body().map(variables::compile).orElse(null);
        this.connectOptions = new ConnectOptions(
                tcpNodelay, options.socketKeepAlive(), options.receiveBuffer().orElse(0), options.sendBuffer().orElse(0));
        this.source = options.bind() instanceof BindConfig.To to
                ? new SourceAddress(variables.compile(to.address()), to.transparent())
                : null;
        this.rate = Rate.compile(options.limitRate(), variables);
        this.connectNanos = TimeUnit.NANOSECONDS.convert(options.connectTimeout());
        this.sendNanos = TimeUnit.NANOSECONDS.convert(options.sendTimeout());
        this.readNanos = TimeUnit.NANOSECONDS.convert(options.readTimeout());
        this.nameServers = options.resolver().resolver().map(NameServers::of).orElse(null);
        this.resolverNanos = TimeUnit.NANOSECONDS.convert(options.resolver().timeout());
        this.retries = new RetryRules(options.nextUpstream(), options.nextUpstreamTimeout());
    }

    private static List<FieldTemplate> fields(HttpProxyOptions options, VariableTable variables) {
        List<FieldTemplate> fields = new ArrayList<>();
        for (SetHeader header : options.setHeaders()) {
            fields.add(new FieldTemplate(header.name(), variables.compile(header.value()), true));
        }
        return List.copyOf(fields);
    }

    HttpProxyOptions options() {
        return options;
    }

    /// Where to, unless that is computed for each request.
    LocationHandler.@Nullable ProxyPass fixed() {
        return fixed;
    }

    /// The URL, when it has variables.
    @Nullable Template url() {
        return url;
    }

    /// `proxy_set_header`, in order.
    List<FieldTemplate> fields() {
        return fields;
    }

    /// Whether `proxy_set_header` names the field, in lower case.
    boolean sets(String name) {
        return setNames.contains(name);
    }

    /// Fields of the request that are not passed as they came.
    FieldNames dropped() {
        return dropped;
    }

    /// Fields of the response that are not passed as they came.
    FieldNames hidden() {
        return hidden;
    }

    /// Whether `proxy_pass_header` has the peer's own `Server` or `Date` passed; name in lower case.
    boolean passes(String name) {
        return passed.contains(name) && !options.hideHeaders().contains(name);
    }

    /// What becomes of redirects and cookies.
    ResponseRewrites rewrites() {
        return rewrites;
    }

    /// Whether cookies are changed at all.
    boolean changesCookies() {
        return cookieRules;
    }

    /// `proxy_method`.
    @Nullable Template method() {
        return method;
    }

    /// `proxy_set_body`.
    @Nullable Template body() {
        return body;
    }

    /// Null: `http://`.
    @Nullable UpstreamTls tls() {
        return tls;
    }

    /// Null: the host of `proxy_pass`.
    @Nullable Template tlsName() {
        return tlsName;
    }

    ConnectOptions connectOptions() {
        return connectOptions;
    }

    /// `proxy_bind`.
    @Nullable SourceAddress source() {
        return source;
    }

    /// `proxy_limit_rate`.
    Rate rate() {
        return rate;
    }

    long connectNanos() {
        return connectNanos;
    }

    long sendNanos() {
        return sendNanos;
    }

    long readNanos() {
        return readNanos;
    }

    /// `resolver`; null: names are not resolved.
    @Nullable NameServers nameServers() {
        return nameServers;
    }

    /// `resolver_timeout`.
    long resolverNanos() {
        return resolverNanos;
    }

    /// When a request goes on to the next peer.
    RetryRules retries() {
        return retries;
    }
}
