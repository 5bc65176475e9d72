package io.sluice.server;

import java.util.List;

/// What a reload came to. Immutable.
///
/// @param succeeded false: the generation from before goes on unchanged
/// @param messages everything there is to say
public record ReloadResult(boolean succeeded, List<LoadedConfig.Message> messages) {

    public ReloadResult {
        messages = List.copyOf(messages);
    }
}
