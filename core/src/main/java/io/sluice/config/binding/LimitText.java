package io.sluice.config.binding;

import java.util.List;
import java.util.Optional;

import io.sluice.config.model.ByteSize;
import io.sluice.config.model.LimitConnZoneConfig;
import io.sluice.config.model.StreamServerConfig.ConnectionLimits.Limit;
import io.sluice.config.model.TemplateConfig;

/// Reads `limit_conn_zone` and `limit_conn`. Used during start-up only.
final class LimitText {

    /// nginx asks for eight pages.
    private static final long SMALLEST_ZONE_BYTES = 8 * 4096;

    private static final int MOST_CONNECTIONS = 65535;

    private static final ParameterTable<ZoneName> ZONE_PARAMETERS =
            ParameterTable.of(List.of(ParameterTable.Row.of("zone=", LimitText::zoneName)));

    private LimitText() {}

    /// The `zone=` parameter once read; the name is known even when the size is wrong.
    static final class ZoneName {
        Optional<Fragment> name = Optional.empty();
        Optional<ByteSize> size = Optional.empty();
    }

    static void zone(Directive directive) {
        Optional<TemplateConfig> key = directive.template(directive.argument(0));
        ZoneName zone = new ZoneName();
        ZONE_PARAMETERS.apply(zone, directive, directive.argumentsFrom(1));
        if (zone.name.isEmpty()) {
            return;
        }
        Fragment name = zone.name.get();
        if (!directive.run().limitZones().define(name.text(), name)) {
            String bound = directive.scope().own(StreamDirectives.LIMIT_ZONES).stream()
                    .filter(z -> z.name().equals(name.text()))
                    .map(z -> text(z.key()))
                    .findFirst().orElse("");
            directive.error("duplicate-zone", name,
                    "limit_conn_zone \"" + name.text() + "\" is already bound to key \"" + bound + "\"");
            return;
        }
        if (key.isPresent() && zone.size.isPresent()) {
            directive.scope().add(StreamDirectives.LIMIT_ZONES,
                    new LimitConnZoneConfig(directive.position(), name.text(), key.get(), zone.size.get()));
        }
    }

    /// A key as messages show it.
    static String text(TemplateConfig template) {
        return template.parts().size() == 1 && template.parts().getFirst() instanceof TemplateConfig.Named named
                ? "$" + named.name()
                : template.toString();
    }

    /// Takes `zone=name:size`.
    static void zoneName(ZoneName zone, ParameterTable.Parameter parameter) {
        int colon = parameter.text().indexOf(':');
        if (colon != 0 && !parameter.text().isEmpty()) {
            zone.name = Optional.of(parameter.value().part(0, colon < 0 ? parameter.text().length() : colon));
        }
        Optional<ByteSize> size = colon < 0 ? Optional.empty() : ByteSize.parse(parameter.text().substring(colon + 1));
        if (colon == 0) {
            parameter.directive().error("invalid-parameter", parameter.whole(),
                    "\"" + parameter.directive().name() + "\" must have \"zone\" parameter");
        } else if (size.isEmpty()) {
            parameter.directive().error("invalid-parameter", parameter.whole(),
                    "invalid zone size \"" + parameter.whole().text() + "\"");
        } else if (tooSmall(size.get())) {
            parameter.directive().error("invalid-parameter", parameter.whole(),
                    "zone \"" + parameter.whole().text() + "\" is too small",
                    Optional.of("at least " + new ByteSize(SMALLEST_ZONE_BYTES)));
        } else {
            zone.size = size;
        }
    }

    static boolean tooSmall(ByteSize size) {
        return size.bytes() < SMALLEST_ZONE_BYTES;
    }

    static void limit(Directive directive) {
        Fragment zone = directive.argument(0);
        Fragment number = directive.argument(1);
        if (directive.run().silent()) {
            directive.run().limitZones().mention(zone.text());
        } else {
            directive.run().limitZones().use(zone.text(), zone);
        }
        boolean repeated = directive.scope().own(StreamDirectives.LIMITS).stream()
                .anyMatch(l -> l.zone().equals(zone.text()));
        Optional<Integer> connections = ValueType.number(number.text()).filter(n -> n > 0);
        if (repeated) {
            directive.duplicate();
        } else if (connections.isEmpty()) {
            directive.error("invalid-value", number, "invalid number of connections \"" + number.text() + "\"");
        } else if (connections.get() > MOST_CONNECTIONS) {
            directive.error("invalid-value", number, "connection limit must be less " + (MOST_CONNECTIONS + 1));
        } else {
            directive.scope().add(StreamDirectives.LIMITS,
                    new Limit(directive.position(), zone.text(), connections.get()));
        }
    }
}
