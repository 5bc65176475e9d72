package io.sluice.http.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.HttpProxyOptions;
import io.sluice.config.model.HttpProxyOptions.CookieRule;
import io.sluice.config.model.HttpProxyOptions.Redirect;
import io.sluice.config.model.HttpProxyOptions.RedirectRule;
import io.sluice.config.model.LocationConfig;
import io.sluice.config.model.LocationConfig.LocationHandler;
import io.sluice.config.model.Position;
import io.sluice.config.model.TemplateConfig;
import io.sluice.variable.ByteText;
import io.sluice.variable.VariableSource;
import io.sluice.variable.VariableTable;

/// What a location changes in a peer's `Location`, `Refresh` and `Set-Cookie`. Immutable.
///
/// Of each list of rules the first that fits is applied.
public final class ResponseRewrites {

    private final List<ValueRewrite> redirects;

    private final CookieRewrites cookies;

    private ResponseRewrites(List<ValueRewrite> redirects, CookieRewrites cookies) {
        this.redirects = redirects;
        this.cookies = cookies;
    }

    /// Compiles `proxy_redirect` and `proxy_cookie_*` of a location.
    ///
    /// @throws io.sluice.variable.InvalidVariableException when one names an unknown variable, or an expression does not
    ///     compile
    public static ResponseRewrites compile(Location<?> location, VariableTable variables) {
        return compile(location.config(), location.name(), variables);
    }

    /// As the other, for a location that is being compiled.
    ///
    /// @param name of the location, as bytes
    public static ResponseRewrites compile(LocationConfig location, String name, VariableTable variables) {
        HttpProxyOptions options = location.options().proxy();
        return new ResponseRewrites(redirects(options.redirect(), location, name, variables), new CookieRewrites(
                options.cookieDomains().stream().map(rule -> domain(rule, variables)).toList(),
                options.cookiePaths().stream().map(rule -> path(rule, variables)).toList(),
                options.cookieFlags().stream().map(rule -> CookieFlagsRule.compile(rule, variables)).toList()));
    }

    /// What becomes of a `Location`; null when it stays. One that was rewritten to a path is made absolute as an own redirect
    /// is, one that stays is not.
    public @Nullable String location(String value, VariableSource source) {
        return ValueRewrite.first(redirects, value, source);
    }

    /// What becomes of a `Refresh`; null when it stays.
    public @Nullable String refresh(String value, VariableSource source) {
        int url = redirects.isEmpty() ? -1 : value.toLowerCase(Locale.ROOT).indexOf("url=");
        if (url < 0) {
            return null;
        }
        int start = url + "url=".length();
        String rewritten = ValueRewrite.first(redirects, value.substring(start), source);
        return rewritten == null ? null : value.substring(0, start) + rewritten;
    }

    /// What becomes of a `Set-Cookie`; null when it stays.
    public @Nullable String setCookie(String value, VariableSource source) {
        return cookies.apply(value, source);
    }

    private static List<ValueRewrite> redirects(
            Redirect redirect, LocationConfig location, String name, VariableTable variables) {
        List<ValueRewrite> rewrites = new ArrayList<>();
        if (redirect instanceof Redirect.Rules(var rules)) {
            for (RedirectRule rule : rules) {
                switch (rule) {
                    case RedirectRule.Default _ -> addDefault(rewrites, location, name, variables);
                    case RedirectRule.Text(_, TemplateConfig from, TemplateConfig to) -> rewrites.add(
                            new ValueRewrite.Prefix(variables.compile(from), variables.compile(to)));
                    case RedirectRule.Regex(Position position, String pattern, boolean ignoreCase, TemplateConfig to) ->
                        rewrites.add(new ValueRewrite.Matching(
                                variables.expression(pattern, ignoreCase, position), variables.compile(to)));
                }
            }
        }
        return List.copyOf(rewrites);
    }

    /// The URL of `proxy_pass` becomes the location again. There is nothing to undo when the URL has variables.
    private static void addDefault(
            List<ValueRewrite> rewrites, LocationConfig location, String name, VariableTable variables) {
        if (location.handler()
                instanceof LocationHandler.ProxyPass(
                        Position position, String upstream, boolean tls, String host, String uri)) {
            // As written: the host of a unix socket is another one (`localhost`).
            String authority = upstream.startsWith("unix:") ? upstream + ':' : host;
            String url = (tls ? "https://" : "http://") + authority + (uri.isEmpty() ? "/" : uri);
            String to = uri.isEmpty() ? "/" : ByteText.decode(name);
            rewrites.add(new ValueRewrite.Prefix(
                    variables.compile(TemplateConfig.literal(position, url)),
                    variables.compile(TemplateConfig.literal(position, to))));
        }
    }

    private static ValueRewrite domain(CookieRule rule, VariableTable variables) {
        return rule.regex()
                ? matching(rule, true, variables)
                : new ValueRewrite.Domain(
                        variables.compile(withoutDot(rule.from())), variables.compile(withoutDot(rule.to())));
    }

    private static ValueRewrite path(CookieRule rule, VariableTable variables) {
        return rule.regex()
                ? matching(rule, rule.ignoreCase(), variables)
                : new ValueRewrite.Prefix(variables.compile(rule.from()), variables.compile(rule.to()));
    }

    private static ValueRewrite matching(CookieRule rule, boolean ignoreCase, VariableTable variables) {
        return new ValueRewrite.Matching(
                variables.expression(rule.from().toString(), ignoreCase, rule.position()), variables.compile(rule.to()));
    }

    /// A dot that a domain begins with says nothing.
    private static TemplateConfig withoutDot(TemplateConfig domain) {
        if (!domain.parts().isEmpty()
                && domain.parts().getFirst() instanceof TemplateConfig.Literal(String text) && text.startsWith(".")) {
            List<TemplateConfig.Part> parts = new ArrayList<>(domain.parts());
            parts.set(0, new TemplateConfig.Literal(text.substring(1)));
            return new TemplateConfig(domain.position(), parts);
        }
        return domain;
    }
}
