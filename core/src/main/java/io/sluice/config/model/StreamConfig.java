package io.sluice.config.model;

import java.util.List;
import java.util.Map;

/// The `stream {}` block. Immutable.
///
/// @param upstreams explicit and implicit groups by name
public record StreamConfig(
        List<StreamServerConfig> servers,
        Map<String, UpstreamConfig> upstreams,
        List<MapConfig> maps,
        List<GeoConfig> geos,
        List<SplitClientsConfig> splits,
        List<LimitConnZoneConfig> limitZones,
        Map<String, LogFormatConfig> logFormats) {

    /// No `stream {}` block, or an empty one.
    public static final StreamConfig EMPTY =
            new StreamConfig(
                    List.of(), Map.of(), List.of(), List.of(), List.of(), List.of(), Map.of());

    public StreamConfig {
        servers = List.copyOf(servers);
        upstreams = Map.copyOf(upstreams);
        maps = List.copyOf(maps);
        geos = List.copyOf(geos);
        splits = List.copyOf(splits);
        limitZones = List.copyOf(limitZones);
        logFormats = Map.copyOf(logFormats);
    }
}
