package io.sluice.server;

import io.sluice.config.model.LocationConfig;
import io.sluice.config.model.ProxyConfig;
import io.sluice.config.model.ResolverOptions;

/// Whether names may have to be resolved while the server runs. Used when a generation becomes effective.
final class NamesInUse {

    private NamesInUse() {}

    /// Whether a configuration has a `resolver` that anything could ask.
    static boolean by(ProxyConfig config) {
        return config.stream().servers().stream().anyMatch(server -> hasResolver(server.proxy().resolver()))
                || config.http().servers().stream().anyMatch(server -> by(server.root()));
    }

    private static boolean by(LocationConfig location) {
        return hasResolver(location.options().proxy().resolver()) || location.nested().stream().anyMatch(NamesInUse::by);
    }

    private static boolean hasResolver(ResolverOptions options) {
        return options.resolver().isPresent();
    }
}
