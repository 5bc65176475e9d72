package io.sluice.config.model;

import java.util.List;

/// One `split_clients {}`. Immutable.
///
/// @param key the text that is hashed
/// @param variable the name it defines, without the dollar sign
public record SplitClientsConfig(Position position, TemplateConfig key, String variable, List<Part> parts) {

    public SplitClientsConfig {
        parts = List.copyOf(parts);
    }

    /// A share of the clients.
    ///
    /// @param hundredths of a percent; 0: the rest (`*`)
    public record Part(Position position, int hundredths, String value) {}
}
