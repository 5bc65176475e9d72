package io.sluice.config.model;

/// A place in a configuration: file, line and column, both counted from 1. Immutable.
///
/// Carried by every model record that can turn out wrong later (a name that does not resolve, a port in use), so that
/// late errors point at the configuration too.
public record Position(String file, int line, int column) {

    /// What was not written by the user but follows from a default or from the embedding program.
    public static final Position NONE = new Position("", 0, 0);

    /// `file:line`, the form nginx appends to its messages.
    public String fileAndLine() {
        return file + ":" + line;
    }

    @Override
    public String toString() {
        return file + ":" + line + ":" + column;
    }
}
