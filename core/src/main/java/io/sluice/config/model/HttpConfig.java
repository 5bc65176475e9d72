package io.sluice.config.model;

import java.util.List;
import java.util.Map;

/// The `http {}` block. Immutable.
///
/// @param upstreams explicit and implicit groups by name
public record HttpConfig(
        List<HttpServerConfig> servers,
        Map<String, UpstreamConfig> upstreams,
        List<MapConfig> maps,
        List<GeoConfig> geos,
        List<SplitClientsConfig> splits,
        List<LimitConnZoneConfig> limitZones,
        List<LimitReqZoneConfig> requestZones,
        Map<String, LogFormatConfig> logFormats) {

    /// No `http {}` block, or an empty one.
    public static final HttpConfig EMPTY = new HttpConfig(
            List.of(), Map.of(), List.of(), List.of(), List.of(), List.of(), List.of(), Map.of());

    public HttpConfig {
        servers = List.copyOf(servers);
        upstreams = Map.copyOf(upstreams);
        maps = List.copyOf(maps);
        geos = List.copyOf(geos);
        splits = List.copyOf(splits);
        limitZones = List.copyOf(limitZones);
        requestZones = List.copyOf(requestZones);
        logFormats = Map.copyOf(logFormats);
    }
}
