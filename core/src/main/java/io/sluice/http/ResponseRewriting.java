package io.sluice.http;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

import io.sluice.config.model.HttpProxyOptions;
import io.sluice.config.model.HttpProxyOptions.CookieFlags;
import io.sluice.config.model.HttpProxyOptions.CookieRule;
import io.sluice.config.model.HttpProxyOptions.Redirect;
import io.sluice.config.model.HttpProxyOptions.RedirectRule;
import io.sluice.config.model.LocationConfig.LocationHandler;
import io.sluice.variable.CapturingExpression;
import io.sluice.variable.RegularExpression;
import io.sluice.variable.Template;
import io.sluice.variable.VariableTable;

/// What becomes of `Location`, `Refresh` and `Set-Cookie` of a peer: `proxy_redirect` and `proxy_cookie_*`, compiled. Immutable.
final class ResponseRewriting {

    /// A text or an expression, and what takes its place.
    private record Rule(@Nullable Template from, @Nullable CapturingExpression expression, Template to) {}

    private record Flags(@Nullable Template name, @Nullable CapturingExpression expression, List<Template> flags) {}

    private final List<Rule> redirects = new ArrayList<>();

    private final boolean byDefault;

    private final List<Rule> domains = new ArrayList<>();

    private final List<Rule> paths = new ArrayList<>();

    private final List<Flags> flags = new ArrayList<>();

    ResponseRewriting(HttpProxyOptions options, LocationHandler handler, VariableTable variables) {
        boolean def = false;
        if (options.redirect() instanceof Redirect.Rules(List<RedirectRule> rules)) {
            for (RedirectRule rule : rules) {
                switch (rule) {
                    case RedirectRule.Default _ -> def = handler instanceof LocationHandler.ProxyPass;
                    case RedirectRule.Text text -> redirects.add(
                            new Rule(variables.compile(text.from()), null, variables.compile(text.to())));
                    case RedirectRule.Regex regex -> redirects.add(new Rule(
                            null, variables.expression(regex.pattern(), regex.ignoreCase(), regex.position()),
                            variables.compile(regex.to())));
                }
            }
        }
        this.byDefault = def;
        options.cookieDomains().forEach(rule -> domains.add(rule(rule, variables)));
        options.cookiePaths().forEach(rule -> paths.add(rule(rule, variables)));
        for (CookieFlags rule : options.cookieFlags()) {
            CapturingExpression expression = rule.regex()
                    ? variables.expression(rule.cookie().toString(), rule.ignoreCase(), rule.position())
                    : null;
            flags.add(new Flags(
                    expression == null ? variables.compile(rule.cookie()) : null, expression,
                    rule.flags().stream().map(variables::compile).toList()));
        }
    }

    private static Rule rule(CookieRule rule, VariableTable variables) {
        return rule.regex()
                ? new Rule(null, variables.expression(rule.from().toString(), rule.ignoreCase(), rule.position()),
                        variables.compile(rule.to()))
                : new Rule(variables.compile(rule.from()), null, variables.compile(rule.to()));
    }

    /// Whether cookies are rewritten at all.
    boolean hasCookieRules() {
        return !domains.isEmpty() || !paths.isEmpty() || !flags.isEmpty();
    }

    /// Adds what the peer's fields become, which are hidden then.
    void apply(Exchange exchange, ProxyTarget target, HttpHeaders headers, ResponseHead head) {
        String location = headers.get(HttpHeaderNames.LOCATION);
        if (location != null) {
            head.add("Location", redirect(exchange, target, location, 0));
        }
        String refresh = headers.get("Refresh");
        if (refresh != null) {
            int url = refresh.toLowerCase(java.util.Locale.ROOT).indexOf("url=");
            head.add("Refresh", url < 0 ? refresh : redirect(exchange, target, refresh, url + "url=".length()));
        }
        if (hasCookieRules()) {
            for (String cookie : headers.getAll(HttpHeaderNames.SET_COOKIE)) {
                head.add("Set-Cookie", cookie(exchange, cookie));
            }
        }
    }

    private String redirect(Exchange exchange, ProxyTarget target, String value, int from) {
        String before = value.substring(0, from);
        String url = value.substring(from);
        if (byDefault && exchange.settings().proxy() != null) {
            LocationHandler.ProxyPass pass = exchange.settings().proxy().fixed();
            String own = pass == null ? "" : (pass.tls() ? "https://" : "http://") + target.host() + pass.uri();
            String name = exchange.route().location().name();
            if (pass != null && !pass.uri().isEmpty() && url.startsWith(own)) {
                return before + exchange.route().absolute(name + url.substring(own.length()));
            }
            if (pass != null && pass.uri().isEmpty() && !name.isEmpty() && url.startsWith(own + name)) {
                return before + exchange.route().absolute(url.substring(own.length()));
            }
        }
        for (int i = 0; i < redirects.size(); i++) {
            String replaced = replaced(exchange, redirects.get(i), url);
            if (replaced != null) {
                return before + exchange.route().absolute(replaced);
            }
        }
        return value;
    }

    /// Null: the rule is not for it. A text has to be at the beginning.
    private static @Nullable String replaced(Exchange exchange, Rule rule, String text) {
        CapturingExpression expression = rule.expression();
        if (expression != null) {
            RegularExpression.Match match = expression.match(text, exchange);
            return match == null
                    ? null
                    : text.substring(0, match.start()) + rule.to().evaluate(exchange) + text.substring(match.end());
        }
        Template template = rule.from();
        String from = template == null ? "" : template.evaluate(exchange);
        return text.startsWith(from) ? rule.to().evaluate(exchange) + text.substring(from.length()) : null;
    }

    private String cookie(Exchange exchange, String cookie) {
        String[] parts = cookie.split(";");
        for (int i = 1; i < parts.length; i++) {
            String part = parts[i].strip();
            if (part.regionMatches(true, 0, "domain=", 0, 7)) {
                parts[i] = " domain=" + domain(exchange, part.substring(7));
            } else if (part.regionMatches(true, 0, "path=", 0, 5)) {
                parts[i] = " path=" + firstOf(exchange, paths, part.substring(5));
            }
        }
        List<String> kept = new ArrayList<>(List.of(parts));
        applyFlags(exchange, kept);
        return String.join(";", kept);
    }

    /// A domain is replaced as a whole, a leading dot aside.
    private String domain(Exchange exchange, String domain) {
        String bare = domain.startsWith(".") ? domain.substring(1) : domain;
        for (Rule rule : domains) {
            Template template = rule.from();
            if (template != null) {
                String from = template.evaluate(exchange);
                String bareFrom = from.startsWith(".") ? from.substring(1) : from;
                if (bareFrom.equalsIgnoreCase(bare)) {
                    return rule.to().evaluate(exchange);
                }
            } else {
                String replaced = replaced(exchange, rule, domain);
                if (replaced != null) {
                    return replaced;
                }
            }
        }
        return domain;
    }

    private static String firstOf(Exchange exchange, List<Rule> rules, String text) {
        for (Rule rule : rules) {
            String replaced = replaced(exchange, rule, text);
            if (replaced != null) {
                return replaced;
            }
        }
        return text;
    }

    private void applyFlags(Exchange exchange, List<String> parts) {
        String first = parts.getFirst();
        int equals = first.indexOf('=');
        String name = (equals < 0 ? first : first.substring(0, equals)).strip();
        for (Flags rule : flags) {
            Template template = rule.name();
            boolean meant = template == null
                    ? rule.expression() != null && rule.expression().matches(name, exchange)
                    : template.evaluate(exchange).equals(name);
            if (meant) {
                rule.flags().forEach(flag -> applyFlag(parts, flag.evaluate(exchange)));
                return;
            }
        }
    }

    private static void applyFlag(List<String> parts, String flag) {
        Set<String> names = new HashSet<>();
        boolean removes = flag.startsWith("no") && !flag.startsWith("none");
        String attribute = removes ? flag.substring(2) : flag;
        String name = attribute.startsWith("samesite") ? "samesite" : attribute;
        names.add(name);
        for (int i = parts.size() - 1; i > 0; i--) {
            String part = parts.get(i).strip().toLowerCase(java.util.Locale.ROOT);
            int equals = part.indexOf('=');
            if (names.contains(equals < 0 ? part : part.substring(0, equals))) {
                parts.remove(i);
            }
        }
        if (!removes) {
            parts.add(" " + switch (name) {
                case "secure" -> "Secure";
                case "httponly" -> "HttpOnly";
                default -> "SameSite=" + capitalized(attribute.substring("samesite=".length()));
            });
        }
    }

    private static String capitalized(String word) {
        return word.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1);
    }
}
