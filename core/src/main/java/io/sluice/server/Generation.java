package io.sluice.server;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.sluice.config.model.ProxyConfig;
import io.sluice.http.HttpServers;
import io.sluice.log.LogSet;
import io.sluice.resolve.ResolverLoop;
import io.sluice.upstream.PeerSource;
import io.sluice.upstream.ResolvedGroup;

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
        Map<String, PeerSource> groups,
        Map<String, PeerSource> httpGroups,
        HttpServers http,
        List<ListenPoint> listenPoints,
        LogSet logs) {

    Generation {
        groups = Map.copyOf(groups);
        httpGroups = Map.copyOf(httpGroups);
        listenPoints = List.copyOf(listenPoints);
    }

    /// Names of peers are looked up from now on: it is about to become effective.
    void startLookups(ResolverLoop resolver) {
        resolvedGroups().forEach(group -> group.start(resolver));
    }

    /// No session begins with it any more: its peers stay as they are. Idempotent.
    void stopLookups() {
        resolvedGroups().forEach(ResolvedGroup::stop);
    }

    private Stream<ResolvedGroup> resolvedGroups() {
        return Stream.of(groups, httpGroups)
                .flatMap(its -> its.values().stream())
                .filter(ResolvedGroup.class::isInstance)
                .map(ResolvedGroup.class::cast);
    }
}
