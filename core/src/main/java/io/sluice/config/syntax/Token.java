package io.sluice.config.syntax;

import io.sluice.config.model.Position;

/// One word of a configuration. Immutable.
///
/// @param text quotes removed and escapes resolved
/// @param position its first character in the source, the quote included
/// @param length characters it occupies on its first line of the source, at least 1
/// @param quoted written in single or double quotes
public record Token(String text, Position position, int length, boolean quoted) {}
