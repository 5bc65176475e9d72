package io.sluice.server;

/// Where a server takes its configuration from, at the start and again at every reload. Thread-safe.
///
/// Implemented above this package, so that the server itself never sees a configuration's text.
@FunctionalInterface
public interface ConfigSource {

    /// Reads the configuration as it is now; whatever is wrong with it is in the result.
    LoadedConfig load();
}
