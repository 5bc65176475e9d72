package io.sluice.config.syntax;

import java.util.List;

/// A configuration as written, its includes in place. Immutable.
///
/// @param directives the tree, those of `-g` first
/// @param sources in the order of reading, each once; for `-T` and for carets
/// @param wellFormed whether quotes and braces match. If not, blocks may not be where the writer meant them; checking what
///     stands where would then report errors that are none
public record ParsedConfig(List<DirectiveNode> directives, List<SourceText> sources, boolean wellFormed) {

    public ParsedConfig {
        directives = List.copyOf(directives);
        sources = List.copyOf(sources);
    }
}
