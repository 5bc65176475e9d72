package io.sluice.config.binding;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.sluice.config.model.ByteSize;
import io.sluice.config.model.TemplateConfig;
import io.sluice.config.model.UpstreamConfig.Sticky;
import io.sluice.config.model.UpstreamConfig.ZoneConfig;

/// Reads `sticky`. Used during start-up only.
final class StickyText {

    static final Setting<Sticky> STICKY = Setting.optional(ValueType.composed("method"));

    private static final Duration LEARNED_FOR = Duration.ofMinutes(10);

    private static final ParameterTable<CookieOptions> COOKIE = ParameterTable.of(List.of(
            ParameterTable.Row.of("expires=", (o, p) -> {
                if ("max".equals(p.text())) {
                    o.expires = Optional.of(Duration.ofDays(3650));
                } else {
                    TimeValue.SECONDS.parse(p.text())
                            .ifPresentOrElse(time -> o.expires = Optional.of(time), p::invalid);
                }
            }),
            ParameterTable.Row.of("domain=", (o, p) -> o.attribute("; domain=", p)),
            ParameterTable.Row.of("httponly", (o, _) -> o.literal("; httponly")),
            ParameterTable.Row.of("samesite=", (o, p) -> {
                if (p.text().matches("strict|lax|none|\\$.+")) {
                    o.attribute("; samesite=", p);
                } else {
                    p.invalid();
                }
            }),
            ParameterTable.Row.of("secure", (o, _) -> o.literal("; secure")),
            ParameterTable.Row.of("path=", (o, p) -> o.attribute("; path=", p))));

    private static final ParameterTable<LearnOptions> LEARN = ParameterTable.of(List.of(
            ParameterTable.Row.of("create=", (o, p) -> p.directive().template(p.value()).ifPresent(o.create::add)),
            ParameterTable.Row.of("lookup=", (o, p) -> p.directive().template(p.value()).ifPresent(o.lookup::add)),
            ParameterTable.Row.of("zone=", StickyText::zone),
            ParameterTable.Row.of("timeout=", (o, p) -> TimeValue.MILLISECONDS.parse(p.text())
                    .ifPresentOrElse(time -> o.timeout = time, p::invalid)),
            ParameterTable.Row.of("header", (o, _) -> o.header = true),
            ParameterTable.Row.refused("sync", Support.PLUS)));

    private StickyText() {}

    /// What the parameters of `sticky cookie` say.
    private static final class CookieOptions {
        private Optional<Duration> expires = Optional.empty();
        private final List<TemplateConfig.Part> attributes = new ArrayList<>();

        private void literal(String text) {
            attributes.add(new TemplateConfig.Literal(text));
        }

        private void attribute(String name, ParameterTable.Parameter parameter) {
            literal(name);
            parameter.directive().template(parameter.value()).ifPresent(value -> attributes.addAll(value.parts()));
        }
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
                directive.invalidParameter(directive.argument(0));
                yield Optional.empty();
            }
        };
        sticky.ifPresent(s -> directive.scope().put(STICKY, s));
    }

    private static Optional<Sticky> cookie(Directive directive) {
        CookieOptions options = new CookieOptions();
        COOKIE.apply(options, directive, directive.argumentsFrom(2));
        return Optional.of(new Sticky.Cookie(
                directive.position(), directive.text(1), options.expires,
                new TemplateConfig(directive.position(), options.attributes)));
    }

    private static Optional<Sticky> route(Directive directive) {
        List<TemplateConfig> values = directive.argumentsFrom(1).stream()
                .flatMap(argument -> directive.template(argument).stream())
                .toList();
        return Optional.of(new Sticky.Route(directive.position(), values));
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
                    "\"sticky learn\" must have \"" + parameter + "\" parameter");
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
