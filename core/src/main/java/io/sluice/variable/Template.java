package io.sluice.variable;

import java.util.List;

import org.jspecify.annotations.Nullable;

/// Text with variables in it, compiled. Immutable.
///
/// Made by [VariableTable#compile]; evaluate it with the sessions of the same table only.
public final class Template {

    private final List<Segment> segments;

    // The whole text when no variable occurs.
    private final @Nullable String literal;

    Template(List<Segment> segments) {
        this.segments = List.copyOf(segments);
        this.literal = literalOf(segments);
    }

    /// Whether no variable occurs, so that [#evaluate] always gives the same.
    public boolean isLiteral() {
        return literal != null;
    }

    /// The parts in order, for who writes them out in a way of its own (a log format).
    public List<Segment> segments() {
        return segments;
    }

    /// The text for this session, as bytes ([ByteText]); variables without a value are empty.
    public String evaluate(VariableSource source) {
        if (literal != null) {
            return literal;
        }
        if (segments.size() == 1) {
            String value = segments.getFirst().value(source);
            return value == null ? "" : value;
        }
        StringBuilder text = new StringBuilder();
        appendTo(source, text);
        return text.toString();
    }

    /// As [#evaluate], to the end of `text`.
    public void appendTo(VariableSource source, StringBuilder text) {
        for (int i = 0; i < segments.size(); i++) {
            String value = segments.get(i).value(source);
            if (value != null) {
                text.append(value);
            }
        }
    }

    private static @Nullable String literalOf(List<Segment> segments) {
        StringBuilder text = new StringBuilder();
        for (Segment segment : segments) {
            if (!(segment instanceof Segment.Literal(String part))) {
                return null;
            }
            text.append(part);
        }
        return text.toString();
    }
}
