package io.sluice.config.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// How requests are proxied: the `proxy_*` directives of the http module. Immutable.
///
/// @param keepAliveUpstream HTTP/1.1 is spoken upstream (`proxy_http_version`), 1.0 otherwise
/// @param method `proxy_method`
/// @param setHeaders `proxy_set_header`; an empty value removes the field. Without any, `Host $proxy_host` and `Connection
///     close` of nginx's default hold
/// @param passHeaders `proxy_pass_request_headers`
/// @param passBody `proxy_pass_request_body`
/// @param body `proxy_set_body`
/// @param hideHeaders `proxy_hide_header`, in lower case
/// @param passResponseHeaders `proxy_pass_header`, in lower case: of those hidden by default, which are passed
/// @param ignoreHeaders `proxy_ignore_headers`, in lower case: which `X-Accel-*` and caching fields have no effect
/// @param cookieDomains `proxy_cookie_domain`
/// @param cookiePaths `proxy_cookie_path`
/// @param cookieFlags `proxy_cookie_flags`
/// @param buffering whether a response is read ahead of the client
/// @param requestBuffering whether a request's body is read whole before a peer is asked
/// @param bufferSize `proxy_buffer_size`: bound of a response's head
/// @param buffers `proxy_buffers`: how many
/// @param buffer and how large
/// @param maxTempFile `proxy_max_temp_file_size`
/// @param connectTimeout for each attempt, with the TLS handshake
/// @param sendTimeout between two writes
/// @param readTimeout between two reads
/// @param nextUpstream in which cases the next peer is tried
/// @param nextUpstreamTries 0: as many as there are peers
/// @param nextUpstreamTimeout zero: without limit
/// @param interceptErrors `error_page` holds for what peers answer, too
/// @param ignoreClientAbort a peer's response is awaited though the client has gone
/// @param limitRate bytes a second of a response
/// @param passTrailers `proxy_pass_trailers`
/// @param upgrade `proxy_upgrade`, Sluice's own
/// @param tls how `https://` is spoken
/// @param resolver of names that variables come to
public record HttpProxyOptions(
        boolean keepAliveUpstream,
        Optional<TemplateConfig> method,
        List<SetHeader> setHeaders,
        boolean passHeaders,
        boolean passBody,
        Optional<TemplateConfig> body,
        Set<String> hideHeaders,
        Set<String> passResponseHeaders,
        Set<String> ignoreHeaders,
        Redirect redirect,
        List<CookieRule> cookieDomains,
        List<CookieRule> cookiePaths,
        List<CookieFlags> cookieFlags,
        boolean buffering,
        boolean requestBuffering,
        ByteSize bufferSize,
        int buffers,
        ByteSize buffer,
        ByteSize maxTempFile,
        Duration connectTimeout,
        Duration sendTimeout,
        Duration readTimeout,
        Set<NextUpstream> nextUpstream,
        int nextUpstreamTries,
        Duration nextUpstreamTimeout,
        boolean interceptErrors,
        boolean ignoreClientAbort,
        StreamServerConfig.BindConfig bind,
        boolean socketKeepAlive,
        OptionalInt receiveBuffer,
        OptionalInt sendBuffer,
        RateConfig limitRate,
        boolean passTrailers,
        Upgrade upgrade,
        TlsClientConfig tls,
        ResolverOptions resolver) {

    public HttpProxyOptions {
        setHeaders = List.copyOf(setHeaders);
        hideHeaders = Set.copyOf(hideHeaders);
        passResponseHeaders = Set.copyOf(passResponseHeaders);
        ignoreHeaders = Set.copyOf(ignoreHeaders);
        cookieDomains = List.copyOf(cookieDomains);
        cookiePaths = List.copyOf(cookiePaths);
        cookieFlags = List.copyOf(cookieFlags);
        nextUpstream = Set.copyOf(nextUpstream);
    }

    /// `proxy_set_header name value`.
    public record SetHeader(Position position, String name, TemplateConfig value) {}

    /// `proxy_redirect`.
    public sealed interface Redirect {

        /// `off`.
        record Off() implements Redirect {}

        /// Rules in order; the first that fits is applied.
        record Rules(List<RedirectRule> rules) implements Redirect {

            public Rules {
                rules = List.copyOf(rules);
            }
        }
    }

    /// One `proxy_redirect`.
    public sealed interface RedirectRule {

        /// `default`: the URL of `proxy_pass` becomes the location.
        record Default() implements RedirectRule {}

        /// A text at the beginning is replaced.
        record Text(Position position, TemplateConfig from, TemplateConfig to) implements RedirectRule {}

        /// What matches is replaced.
        record Regex(Position position, String pattern, boolean ignoreCase, TemplateConfig to)
                implements RedirectRule {}
    }

    /// One `proxy_cookie_domain` or `proxy_cookie_path`.
    ///
    /// @param regex whether `from` is an expression, without regard to case where `~*` was written
    public record CookieRule(
            Position position, TemplateConfig from, boolean regex, boolean ignoreCase, TemplateConfig to) {}

    /// One `proxy_cookie_flags cookie flag ...`.
    ///
    /// @param cookie a name, or an expression
    /// @param flags `secure`, `nosecure`, `httponly`, `nohttponly`, `samesite=strict`, `nosamesite` and so on
    public record CookieFlags(
            Position position, TemplateConfig cookie, boolean regex, boolean ignoreCase, List<TemplateConfig> flags) {

        public CookieFlags {
            flags = List.copyOf(flags);
        }
    }

    /// `proxy_upgrade`, which nginx does not have.
    public enum Upgrade {
        /// As in nginx: `Upgrade` is passed only by `proxy_set_header`.
        OFF,
        /// `Upgrade` and `Connection` of an upgrade request are passed unless the location sets them.
        AUTO
    }

    /// A case in which `proxy_next_upstream` goes on to another peer.
    public enum NextUpstream {
        ERROR,
        TIMEOUT,
        INVALID_HEADER,
        HTTP_500,
        HTTP_502,
        HTTP_503,
        HTTP_504,
        HTTP_403,
        HTTP_404,
        HTTP_429,
        /// Also after a request with POST, LOCK or PATCH was sent.
        NON_IDEMPOTENT
    }
}
