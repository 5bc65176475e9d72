package io.sluice.config.binding;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.sluice.config.model.ByteSize;
import io.sluice.config.model.LimitReqZoneConfig;
import io.sluice.config.model.UpstreamConfig.Sticky;
import io.sluice.config.model.UpstreamConfig.ZoneConfig;

/// Checks the names of shared zones, which nginx keeps in one table whatever they hold. Used during start-up only.
final class ZoneNames {

    private final BindingRun run;

    ZoneNames(BindingRun run) {
        this.run = run;
    }

    void check(Scope module) {
        for (LimitReqZoneConfig zone : module.own(LimitReqText.ZONES)) {
            if (run.limitZones().definition(zone.name()).isPresent()) {
                run.error("conflicting-zone", zone.position(),
                        "the shared memory zone \"" + zone.name() + "\" is already declared for a different use");
            }
        }
        List<Scope> upstreams = module.own(StreamDirectives.UPSTREAMS);
        checkSticky(upstreams);
        List<ZoneConfig> zones = upstreams.stream().flatMap(u -> u.own(UpstreamDirectives.ZONE).stream()).toList();
        for (ZoneConfig zone : zones) {
            Optional<ByteSize> declared = zones.stream()
                    .filter(z -> z.name().equals(zone.name()) && z.size().bytes() > 0)
                    .map(ZoneConfig::size)
                    .findFirst();
            boolean limits = run.limitZones().definition(zone.name()).isPresent()
                    || run.requestZones().definition(zone.name()).isPresent();
            if (limits) {
                run.error("conflicting-zone", zone.position(),
                        "the shared memory zone \"" + zone.name() + "\" is already declared for a different use");
            } else if (declared.isEmpty()) {
                run.error("unknown-zone", zone.position(), "zero size shared memory zone \"" + zone.name() + "\"");
            } else if (zone.size().bytes() > 0 && !zone.size().equals(declared.get())) {
                run.error("conflicting-zone", zone.position(), "the size " + zone.size().bytes()
                        + " of shared memory zone \"" + zone.name() + "\" conflicts with already declared size "
                        + declared.get().bytes());
            }
        }
    }

    /// The sessions that a group has learned are its own.
    private void checkSticky(List<Scope> upstreams) {
        Map<String, Scope> users = new HashMap<>();
        for (Scope upstream : upstreams) {
            if (upstream.own(StickyText.STICKY).orElse(null) instanceof Sticky.Learn learn) {
                ZoneConfig zone = learn.zone();
                Scope user = users.putIfAbsent(zone.name(), upstream);
                boolean limits = run.limitZones().definition(zone.name()).isPresent()
                        || run.requestZones().definition(zone.name()).isPresent();
                boolean peers = upstreams.stream()
                        .flatMap(u -> u.own(UpstreamDirectives.ZONE).stream())
                        .anyMatch(z -> z.name().equals(zone.name()));
                if (limits || peers) {
                    run.error("conflicting-zone", zone.position(),
                            "the shared memory zone \"" + zone.name() + "\" is already declared for a different use");
                } else if (user != null) {
                    run.error("conflicting-zone", zone.position(), "sticky zone \"" + zone.name()
                            + "\" is already used in upstream \""
                            + user.opener().arguments().getFirst().text() + "\"");
                }
            }
        }
    }
}
