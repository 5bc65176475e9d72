package io.sluice.server;

import java.util.List;
import java.util.Map;

import io.sluice.config.model.ProxyConfig;
import io.sluice.http.HttpServers;
import io.sluice.log.LogSet;
import io.sluice.upstream.UpstreamGroup;

/// Everything one configuration load produced: compiled servers, groups with resolved peers, open logs. Immutable.
///
/// Building one binds nothing and starts no thread; it becomes effective when the workers install it.
///
/// @param number counted from 1
/// @param groups of the stream module, by name
/// @param httpGroups of the http module, by name
/// @param http the http block, compiled
/// @param logs open once the generation is installed
/// @param listenPoints every address to bind, in the order of the configuration
record Generation(
        int number,
        ProxyConfig config,
        Map<String, UpstreamGroup> groups,
        Map<String, UpstreamGroup> httpGroups,
        HttpServers http,
        List<ListenPoint> listenPoints,
        LogSet logs) {

    Generation {
        groups = Map.copyOf(groups);
        httpGroups = Map.copyOf(httpGroups);
        listenPoints = List.copyOf(listenPoints);
    }
}
