package io.sluice.config.binding;

import java.util.Locale;
import java.util.Optional;

import io.sluice.config.model.LocationConfig.LocationHandler;
import io.sluice.config.model.LocationConfig.Match;
import io.sluice.config.model.TemplateConfig;

/// Reads `proxy_pass` of http: a URL, whose host may be the name of an upstream. Used during start-up only.
///
/// @param scheme `http` or `https`; empty when the URL has variables
/// @param authority host and port, or `unix:path`
/// @param uri what follows; empty when nothing does
record ProxyPassText(
        Directive directive, Optional<TemplateConfig> computed, String scheme, Fragment authority, Fragment uri) {

    static final Setting<ProxyPassText> PROXY_PASS = Setting.optional(ValueType.composed("URL"));

    private static final int HTTP_PORT = 80;

    private static final int HTTPS_PORT = 443;

    static void bind(Directive directive) {
        Fragment url = directive.argument(0);
        if (url.text().indexOf('$') >= 0) {
            directive.template(url).ifPresent(template -> directive.scope().put(PROXY_PASS,
                    new ProxyPassText(directive, Optional.of(template), "", url, url.from(url.text().length()))));
            return;
        }
        boolean https = url.text().regionMatches(true, 0, "https://", 0, 8);
        if (!https && !url.text().regionMatches(true, 0, "http://", 0, 7)) {
            directive.error("invalid-url", url, "invalid URL prefix");
            return;
        }
        Fragment rest = url.from(https ? 8 : 7);
        int end = authorityEnd(rest.text());
        Fragment uri = rest.from(uriStart(rest.text(), end));
        if (!uri.text().isEmpty() && !mayHaveUri(directive.scope())) {
            directive.error("misplaced-uri", uri, "\"proxy_pass\" cannot have URI part in location given by regular"
                    + " expression, or inside named location, or inside \"if\" statement, or inside \"limit_except\""
                    + " block");
            return;
        }
        Fragment authority = rest.part(0, end);
        directive.run().upstreams().mention(authority.text());
        if (directive.scope().context() == Context.HTTP_LIMIT_EXCEPT) {
            directive.error("not-supported", directive.nameFragment(),
                    "\"proxy_pass\" inside \"limit_except\" is known but not supported by Sluice yet");
            return;
        }
        directive.scope().put(PROXY_PASS,
                new ProxyPassText(directive, Optional.empty(), https ? "https" : "http", authority, uri));
    }

    /// The path of a unix socket ends at a colon, everything else at a slash or question mark.
    private static int authorityEnd(String text) {
        if (text.toLowerCase(Locale.ROOT).startsWith("unix:")) {
            int colon = text.indexOf(':', "unix:".length());
            return colon < 0 ? text.length() : colon;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '/' || text.charAt(i) == '?') {
                return i;
            }
        }
        return text.length();
    }

    private static int uriStart(String text, int authorityEnd) {
        return text.startsWith(":", authorityEnd) ? authorityEnd + 1 : authorityEnd;
    }

    private static boolean mayHaveUri(Scope scope) {
        boolean plain = scope.context() == Context.HTTP_LOCATION;
        return plain && scope.own(LocationText.MATCH)
                .filter(m -> m instanceof Match.Regex || m instanceof Match.Named)
                .isEmpty();
    }

    boolean tls() {
        return "https".equals(scheme);
    }

    /// The handler; absent, and reported, when the host is no address.
    Optional<LocationHandler> link(UpstreamGroups groups) {
        if (computed.isPresent()) {
            return Optional.of(new LocationHandler.ComputedProxyPass(directive.position(), computed.get()));
        }
        int port = tls() ? HTTPS_PORT : HTTP_PORT;
        if (authority.text().isEmpty()) {
            directive.error("invalid-upstream", directive.argument(0), "no host in upstream \"" + uri.text() + "\"");
            return Optional.empty();
        }
        boolean unix = authority.text().toLowerCase(Locale.ROOT).startsWith("unix:");
        return groups.named(authority.text())
                .or(() -> groups.ofAuthority(authority, port))
                .map(group -> new LocationHandler.ProxyPass(
                        directive.position(), group.name(), tls(), unix ? "localhost" : authority.text(), uri.text()));
    }
}
