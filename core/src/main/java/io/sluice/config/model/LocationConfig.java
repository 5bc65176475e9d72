package io.sluice.config.model;

import java.util.List;

/// One `location {}`, a server as the outermost of them, or the body of an `if`; with everything it inherited. Immutable.
///
/// @param script `rewrite`, `return`, `set`, `if` and `break` in order
/// @param handler who makes the response when the script ends none
/// @param nested locations inside, in order
public record LocationConfig(
        Position position,
        Match match,
        List<RewriteStep> script,
        LocationHandler handler,
        LocationOptions options,
        List<LocationConfig> nested) {

    public LocationConfig {
        script = List.copyOf(script);
        nested = List.copyOf(nested);
    }

    /// Which URIs a location is for.
    public sealed interface Match {

        /// The server itself: URIs that no location is for.
        record Server() implements Match {}

        /// The body of an `if`, or a `limit_except`: chosen by its condition.
        record Conditional() implements Match {}

        /// `location = uri`.
        record Exact(String uri) implements Match {}

        /// `location uri`, or `location ^~ uri`, after whose match no expression is asked.
        record Prefix(String uri, boolean beforeExpressions) implements Match {}

        /// `location ~ expression`, `~*` without regard to case.
        record Regex(String pattern, boolean ignoreCase) implements Match {}

        /// `location @name`; name without the sign.
        record Named(String name) implements Match {}
    }

    /// Who makes the response.
    public sealed interface LocationHandler {

        /// Files: `root` or `alias`.
        record Files() implements LocationHandler {}

        /// `proxy_pass` to a group: one of [HttpConfig#upstreams].
        ///
        /// @param tls `https://`
        /// @param host `$proxy_host`: the authority as written
        /// @param uri what replaces the matched part of the URI; empty when none was written, and the request's own URI is
        ///     passed
        record ProxyPass(Position position, String upstream, boolean tls, String host, String uri)
                implements LocationHandler {}

        /// `proxy_pass` with variables: the whole URL is evaluated for each request.
        record ComputedProxyPass(Position position, TemplateConfig url) implements LocationHandler {}
    }
}
