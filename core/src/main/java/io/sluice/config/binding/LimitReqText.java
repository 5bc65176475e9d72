package io.sluice.config.binding;

import java.util.List;
import java.util.Optional;

import io.sluice.config.model.ByteSize;
import io.sluice.config.model.LimitReqZoneConfig;
import io.sluice.config.model.LocationOptions.RequestLimit;
import io.sluice.config.model.TemplateConfig;

/// Reads `limit_req_zone` and `limit_req`. Used during start-up only.
final class LimitReqText {

    static final Listing<LimitReqZoneConfig> ZONES = new Listing<>();

    private static final ParameterTable<Zone> ZONE_PARAMETERS = ParameterTable.of(List.of(
            ParameterTable.Row.of("zone=", (zone, p) -> LimitText.zoneName(zone.name, p)),
            ParameterTable.Row.of("rate=", (zone, p) -> milliRate(p.text()).ifPresentOrElse(
                    rate -> zone.milliRate = rate,
                    () -> p.invalid("invalid rate \"" + p.whole().text() + "\""))),
            ParameterTable.Row.refused("sync", Support.PLUS)));

    private static final ParameterTable<Limit> LIMIT_PARAMETERS = ParameterTable.of(List.of(
            ParameterTable.Row.of("zone=", (limit, p) -> limit.zone = Optional.of(p.value())),
            ParameterTable.Row.of("burst=", (limit, p) -> ValueType.number(p.text()).filter(n -> n > 0)
                    .ifPresentOrElse(n -> limit.burst = n,
                            () -> p.invalid("invalid burst value \"" + p.whole().text() + "\""))),
            ParameterTable.Row.of("delay=", (limit, p) -> ValueType.number(p.text()).filter(n -> n > 0)
                    .ifPresentOrElse(n -> limit.delay = n,
                            () -> p.invalid("invalid delay value \"" + p.whole().text() + "\""))),
            ParameterTable.Row.of("nodelay", (limit, _) -> limit.noDelay = true)));

    private LimitReqText() {}

    /// What the parameters of a zone say.
    private static final class Zone {
        private final LimitText.ZoneName name = new LimitText.ZoneName();
        private long milliRate = 1000;
    }

    /// What the parameters of a limit say.
    private static final class Limit {
        private Optional<Fragment> zone = Optional.empty();
        private int burst;
        private int delay;
        private boolean noDelay;
    }

    static void zone(Directive directive) {
        Optional<TemplateConfig> key = directive.template(directive.argument(0));
        Zone zone = new Zone();
        ZONE_PARAMETERS.apply(zone, directive, directive.argumentsFrom(1));
        if (zone.name.name.isEmpty()) {
            if (directive.argumentsFrom(1).stream().noneMatch(a -> a.text().startsWith("zone="))) {
                directive.error("missing-parameter", directive.nameFragment(),
                        "\"limit_req_zone\" must have \"zone\" parameter");
            }
            return;
        }
        Fragment name = zone.name.name.get();
        if (!directive.run().requestZones().define(name.text(), name)) {
            String bound = directive.scope().own(ZONES).stream()
                    .filter(z -> z.name().equals(name.text()))
                    .map(z -> LimitText.text(z.key()))
                    .findFirst().orElse("");
            directive.error("duplicate-zone", name,
                    "limit_req_zone \"" + name.text() + "\" is already bound to key \"" + bound + "\"");
            return;
        }
        Optional<ByteSize> size = zone.name.size;
        if (key.isPresent() && size.isPresent()) {
            directive.scope().add(ZONES, new LimitReqZoneConfig(
                    directive.position(), name.text(), key.get(), size.get(), zone.milliRate));
        }
    }

    /// `10r/s`, `30r/m`, or requests a second without a unit.
    private static Optional<Long> milliRate(String text) {
        boolean perMinute = text.endsWith("r/m");
        boolean unit = perMinute || text.endsWith("r/s");
        return ValueType.number(unit ? text.substring(0, text.length() - 3) : text)
                .filter(n -> n > 0)
                .map(n -> n * 1000L / (perMinute ? 60 : 1));
    }

    static void limit(Directive directive) {
        Limit limit = new Limit();
        LIMIT_PARAMETERS.apply(limit, directive, directive.argumentsFrom(0));
        if (limit.zone.isEmpty()) {
            directive.error("missing-parameter", directive.nameFragment(),
                    "\"limit_req\" must have \"zone\" parameter");
            return;
        }
        Fragment zone = limit.zone.get();
        if (directive.run().silent()) {
            directive.run().requestZones().mention(zone.text());
        } else {
            directive.run().requestZones().use(zone.text(), zone);
        }
        boolean repeated = directive.scope().own(HttpAccessDirectives.REQUEST_LIMITS).stream()
                .anyMatch(l -> l.zone().equals(zone.text()));
        if (repeated) {
            directive.duplicate();
            return;
        }
        directive.scope().add(HttpAccessDirectives.REQUEST_LIMITS, new RequestLimit(
                directive.position(), zone.text(), limit.burst, limit.noDelay ? limit.burst : limit.delay));
    }
}
