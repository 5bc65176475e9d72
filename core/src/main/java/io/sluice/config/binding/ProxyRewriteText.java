package io.sluice.config.binding;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.sluice.config.model.HttpProxyOptions.CookieFlags;
import io.sluice.config.model.HttpProxyOptions.CookieRule;
import io.sluice.config.model.HttpProxyOptions.Redirect;
import io.sluice.config.model.HttpProxyOptions.RedirectRule;
import io.sluice.config.model.LocationConfig.LocationHandler;
import io.sluice.config.model.TemplateConfig;

/// Reads `proxy_redirect` and `proxy_cookie_*`: what is changed in fields of a peer's response. Used during start-up only.
final class ProxyRewriteText {

    private static final Listing<RedirectRule> REDIRECTS = new Listing<>();

    private static final Setting<Boolean> REDIRECT_OFF = Setting.optional(ValueType.FLAG);

    static final Listing<CookieRule> COOKIE_DOMAINS = new Listing<>();

    static final Listing<CookieRule> COOKIE_PATHS = new Listing<>();

    static final Listing<CookieFlags> COOKIE_FLAGS = new Listing<>();

    private static final Set<String> FLAGS = Set.of(
            "secure", "nosecure", "httponly", "nohttponly", "samesite=strict", "samesite=lax", "samesite=none",
            "nosamesite");

    /// What is to be found, an expression when it begins with a tilde.
    private record Pattern(TemplateConfig from, boolean regex, boolean ignoreCase) {}

    private ProxyRewriteText() {}

    static void redirect(Directive directive) {
        Scope scope = directive.scope();
        boolean off = scope.own(REDIRECT_OFF).isPresent();
        if (directive.count() == 1 && "off".equals(directive.text(0))) {
            if (off || !scope.own(REDIRECTS).isEmpty()) {
                directive.duplicate();
            } else {
                scope.put(REDIRECT_OFF, true);
                scope.replace(REDIRECTS);
            }
        } else if (off) {
            directive.duplicate();
        } else if (directive.count() == 1) {
            defaultRedirect(directive);
        } else {
            Optional<TemplateConfig> to = directive.template(directive.argument(1));
            Optional<Pattern> from = pattern(directive, directive.argument(0));
            if (from.isPresent() && to.isPresent()) {
                scope.add(REDIRECTS, from.get().regex()
                        ? new RedirectRule.Regex(
                                directive.position(), from.get().from().toString(), from.get().ignoreCase(), to.get())
                        : new RedirectRule.Text(directive.position(), from.get().from(), to.get()));
            }
        }
    }

    private static void defaultRedirect(Directive directive) {
        Optional<ProxyPassText> pass = directive.scope().own(ProxyPassText.PROXY_PASS);
        if (!"default".equals(directive.text(0))) {
            directive.invalidParameter(directive.argument(0));
        } else if (pass.filter(p -> p.computed().isPresent()).isPresent()) {
            directive.error("conflicting-parameters", directive.argument(0),
                    "\"proxy_redirect default\" cannot be used with \"proxy_pass\" directive with variables");
        } else if (pass.isEmpty()) {
            directive.error("misplaced-redirect", directive.argument(0),
                    "\"proxy_redirect default\" should be placed after the \"proxy_pass\" directive");
        } else {
            directive.scope().add(REDIRECTS, new RedirectRule.Default());
        }
    }

    /// What a location says, or has inherited, about redirects.
    static Redirect redirect(Scope location, LocationHandler handler) {
        Optional<Scope> at = Optional.of(location);
        while (at.isPresent()) {
            List<RedirectRule> rules = at.get().own(REDIRECTS);
            if (at.get().own(REDIRECT_OFF).isPresent()) {
                return new Redirect.Off();
            }
            if (!rules.isEmpty()) {
                return new Redirect.Rules(rules);
            }
            at = at.get().outer();
        }
        return new Redirect.Rules(handler instanceof LocationHandler.ComputedProxyPass
                ? List.of()
                : List.of(new RedirectRule.Default()));
    }

    static void cookie(Directive directive, Listing<CookieRule> rules) {
        if (directive.count() == 1) {
            off(directive, rules);
            return;
        }
        Optional<Pattern> from = pattern(directive, directive.argument(0));
        Optional<TemplateConfig> to = directive.template(directive.argument(1));
        if (from.isPresent() && to.isPresent()) {
            directive.scope().add(rules, new CookieRule(
                    directive.position(), from.get().from(), from.get().regex(), from.get().ignoreCase(), to.get()));
        }
    }

    private static void off(Directive directive, Listing<?> rules) {
        if (!"off".equals(directive.text(0))) {
            directive.invalidParameter(directive.argument(0));
        } else if (!directive.scope().own(rules).isEmpty()) {
            directive.duplicate();
        } else {
            directive.scope().replace(rules);
        }
    }

    static void cookieFlags(Directive directive) {
        if (directive.count() == 1) {
            off(directive, COOKIE_FLAGS);
            return;
        }
        List<TemplateConfig> flags = new ArrayList<>();
        for (Fragment flag : directive.argumentsFrom(1)) {
            directive.template(flag).ifPresent(template -> {
                if (template.isLiteral() && !FLAGS.contains(flag.text())) {
                    directive.warning("no-effect", flag, "\"" + flag.text() + "\" is no flag of cookies, ignored");
                } else {
                    flags.add(template);
                }
            });
        }
        pattern(directive, directive.argument(0)).ifPresent(cookie -> directive.scope().add(COOKIE_FLAGS,
                new CookieFlags(directive.position(), cookie.from(), cookie.regex(), cookie.ignoreCase(), flags)));
    }

    private static Optional<Pattern> pattern(Directive directive, Fragment written) {
        if (!written.text().startsWith("~")) {
            return directive.template(written).map(from -> new Pattern(from, false, false));
        }
        boolean ignoreCase = written.text().startsWith("~*");
        return PatternText.read(directive, written.from(ignoreCase ? 2 : 1), ignoreCase)
                .map(p -> new Pattern(TemplateConfig.literal(written.position(), p), true, ignoreCase));
    }
}
