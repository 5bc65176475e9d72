package io.sluice.server;

import java.util.List;
import java.util.Optional;

import io.sluice.config.model.LogLevel;
import io.sluice.config.model.ProxyConfig;

/// What reading a configuration came to. Immutable.
///
/// @param config empty: it cannot be used, and a message of level `emerg` says why
/// @param messages in the order in which they were found, one line each, with the place
public record LoadedConfig(Optional<ProxyConfig> config, List<Message> messages) {

    public LoadedConfig {
        messages = List.copyOf(messages);
    }

    /// A line for the error log. Immutable.
    public record Message(LogLevel level, String text) {}
}
