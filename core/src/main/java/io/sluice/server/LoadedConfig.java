package io.sluice.server;

import java.util.List;
import java.util.Optional;

import io.sluice.config.model.LogLevel;
import io.sluice.config.model.Position;
import io.sluice.config.model.ProxyConfig;

/// What reading a configuration came to. Immutable.
///
/// @param config empty: it cannot be used, and a message of level `emerg` says why
/// @param messages in the order in which they were found, one line each, with the place
public record LoadedConfig(Optional<ProxyConfig> config, List<Message> messages) {

    public LoadedConfig {
        messages = List.copyOf(messages);
    }

    /// Something to tell the operator. Immutable.
    ///
    /// @param at the place in the configuration that it is about, or [Position#NONE] where there is none or the
    ///     text names it
    public record Message(LogLevel level, String text, Position at) {

        /// A message that is about no place.
        public Message(LogLevel level, String text) {
            this(level, text, Position.NONE);
        }

        /// The text with its place, for a log.
        public String line() {
            return at.equals(Position.NONE) ? text : text + " in " + at;
        }
    }
}
