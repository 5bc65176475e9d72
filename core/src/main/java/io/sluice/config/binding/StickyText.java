package io.sluice.config.binding;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

import io.sluice.config.model.ByteSize;
import io.sluice.config.model.TemplateConfig;
import io.sluice.config.model.UpstreamConfig.Sticky;
import io.sluice.config.model.UpstreamConfig.ZoneConfig;

/// Reads `sticky`. Used during start-up only.
final class StickyText {

    static final Setting<Sticky> STICKY = Setting.optional(ValueType.composed("method"));

    private static final Duration LEARNED_FOR = Duration.ofMinutes(10);

    private static final Set<String> SAME_SITE = Set.of("strict", "lax", "none");

    private static final ParameterTable<CookieOptions> COOKIE = ParameterTable.of(List.of(
            ParameterTable.Row.of("expires=", StickyText::expires),
            ParameterTable.Row.of("domain=", (o, p) -> {
                if (p.text().isEmpty()) {
                    p.invalid("no value for \"domain\"");
                } else if (once(o.domain.isPresent(), p)) {
                    o.domain = p.directive().template(p.value());
                }
            }),
            ParameterTable.Row.of("httponly", (o, p) -> o.httpOnly |= once(o.httpOnly, p)),
            ParameterTable.Row.of("samesite=", StickyText::sameSite),
            ParameterTable.Row.of("secure", (o, p) -> o.secure |= once(o.secure, p)),
            ParameterTable.Row.of("path=", (o, p) -> {
                if (p.text().isEmpty()) {
                    p.invalid("no value for \"path\"");
                } else if (once(!o.path.isEmpty(), p)) {
                    o.path = p.text();
                }
            })));

    private static final ParameterTable<LearnOptions> LEARN = ParameterTable.of(List.of(
            ParameterTable.Row.of("create=", (o, p) -> variable(p, "create").ifPresent(o.create::add)),
            ParameterTable.Row.of("lookup=", (o, p) -> variable(p, "lookup").ifPresent(o.lookup::add)),
            ParameterTable.Row.of("zone=", StickyText::zone),
            ParameterTable.Row.of("timeout=", (o, p) -> TimeValue.MILLISECONDS.parse(p.text())
                    .filter(Duration::isPositive)
                    .ifPresentOrElse(time -> o.timeout = time, () -> p.invalid("invalid timeout"))),
            ParameterTable.Row.of("header", (o, _) -> o.header = true),
            ParameterTable.Row.refused("sync", Support.PLUS)));

    private StickyText() {}

    /// What the parameters of `sticky cookie` say.
    private static final class CookieOptions {
        private Optional<Duration> expires = Optional.empty();
        private Optional<TemplateConfig> domain = Optional.empty();
        private boolean httpOnly;
        private boolean secure;
        private Optional<TemplateConfig> sameSite = Optional.empty();
        private String path = "";
    }

    /// What the parameters of `sticky learn` say.
    private static final class LearnOptions {
        private final List<TemplateConfig> create = new ArrayList<>();
        private final List<TemplateConfig> lookup = new ArrayList<>();
        private Optional<ZoneConfig> zone = Optional.empty();
        private Duration timeout = LEARNED_FOR;
        private boolean header;
    }

    static void bind(Directive directive) {
        Optional<? extends Sticky> sticky = switch (directive.text(0)) {
            case "cookie" -> cookie(directive);
            case "route" -> route(directive);
            case "learn" -> learn(directive);
            default -> {
                directive.error("invalid-parameter", directive.argument(0),
                        "unknown parameter \"" + directive.text(0) + "\"");
                yield Optional.empty();
            }
        };
        sticky.ifPresent(s -> directive.scope().put(STICKY, s));
    }

    private static Optional<Sticky> cookie(Directive directive) {
        if (directive.text(1).isEmpty()) {
            directive.error("invalid-parameter", directive.argument(1), "empty cookie name");
            return Optional.empty();
        }
        CookieOptions options = new CookieOptions();
        COOKIE.apply(options, directive, directive.argumentsFrom(2));
        return Optional.of(new Sticky.Cookie(
                directive.position(), directive.text(1), options.expires, options.domain, options.httpOnly,
                options.secure, options.sameSite, options.path));
    }

    private static void expires(CookieOptions options, ParameterTable.Parameter parameter) {
        if (!once(options.expires.isPresent(), parameter)) {
            return;
        }
        if ("max".equals(parameter.text())) {
            options.expires = Optional.of(Sticky.Cookie.MAX_EXPIRES);
        } else {
            options.expires = TimeValue.SECONDS.parse(parameter.text());
            if (options.expires.isEmpty()) {
                parameter.invalid("invalid \"expires\" parameter value");
            }
        }
    }

    private static void sameSite(CookieOptions options, ParameterTable.Parameter parameter) {
        if (!once(options.sameSite.isPresent(), parameter)) {
            return;
        }
        options.sameSite = parameter.directive().template(parameter.value());
        boolean invalid = options.sameSite
                .filter(TemplateConfig::isLiteral)
                .filter(value -> !SAME_SITE.contains(value.toString().toLowerCase(Locale.ROOT)))
                .isPresent();
        if (invalid) {
            parameter.invalid("invalid \"samesite\" parameter value");
        }
    }

    /// Whether a parameter is there for the first time; reported otherwise.
    private static boolean once(boolean already, ParameterTable.Parameter parameter) {
        if (already) {
            String name = parameter.whole().text();
            int equals = name.indexOf('=');
            parameter.directive().error("duplicate-parameter", parameter.whole(),
                    "parameter \"" + (equals < 0 ? name : name.substring(0, equals)) + "\" is duplicate");
        }
        return !already;
    }

    private static Optional<Sticky> route(Directive directive) {
        List<TemplateConfig> values = directive.argumentsFrom(1).stream()
                .flatMap(argument -> variable(directive, argument,
                        "invalid variable name \"" + argument.text() + "\"").stream())
                .toList();
        return Optional.of(new Sticky.Route(directive.position(), values));
    }

    private static Optional<TemplateConfig> variable(ParameterTable.Parameter parameter, String name) {
        return variable(parameter.directive(), parameter.value(),
                "missing variable in the \"" + name + "\" parameter");
    }

    private static Optional<TemplateConfig> variable(Directive directive, Fragment text, String complaint) {
        if (!text.text().startsWith("$")) {
            directive.error("invalid-parameter", text, complaint);
            return Optional.empty();
        }
        return directive.template(text);
    }

    private static Optional<Sticky> learn(Directive directive) {
        LearnOptions options = new LearnOptions();
        LEARN.apply(options, directive, directive.argumentsFrom(1));
        require(directive, "create", !options.create.isEmpty());
        require(directive, "lookup", !options.lookup.isEmpty());
        require(directive, "zone", options.zone.isPresent());
        boolean complete = !options.create.isEmpty() && !options.lookup.isEmpty() && options.zone.isPresent();
        return complete
                ? Optional.of(new Sticky.Learn(
                        directive.position(), options.create, options.lookup, options.zone.orElseThrow(),
                        options.timeout, options.header))
                : Optional.empty();
    }

    private static void require(Directive directive, String parameter, boolean there) {
        boolean mentioned = directive.argumentsFrom(1).stream().anyMatch(a -> a.text().startsWith(parameter + "="));
        if (!there && !mentioned) {
            directive.error("missing-parameter", directive.nameFragment(),
                    "\"" + parameter + "\" parameter is not specified");
        }
    }

    private static void zone(LearnOptions options, ParameterTable.Parameter parameter) {
        int colon = parameter.text().indexOf(':');
        Optional<ByteSize> size = colon < 1 ? Optional.empty() : ByteSize.parse(parameter.text().substring(colon + 1));
        if (size.isEmpty()) {
            parameter.directive().error("invalid-parameter", parameter.whole(),
                    "invalid zone size \"" + parameter.whole().text() + "\"");
        } else if (LimitText.tooSmall(size.get())) {
            parameter.directive().error("invalid-parameter", parameter.whole(),
                    "zone \"" + parameter.whole().text() + "\" is too small");
        } else {
            options.zone = Optional.of(new ZoneConfig(
                    parameter.directive().position(), parameter.text().substring(0, colon), size.get()));
        }
    }
}
