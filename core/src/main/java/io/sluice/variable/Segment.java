package io.sluice.variable;

import org.jspecify.annotations.Nullable;

import io.sluice.session.Variable;

/// A part of a [Template]: text that stands for itself, or a variable. Immutable.
public sealed interface Segment {

    /// The value for this session; null when it has none.
    @Nullable String value(VariableSource source);

    /// Text that stands for itself, as bytes.
    record Literal(String text) implements Segment {

        @Override
        public String value(VariableSource source) {
            return text;
        }
    }

    /// A variable that the session itself knows.
    record OfSession(Variable variable) implements Segment {

        @Override
        public @Nullable String value(VariableSource source) {
            return source.value(variable);
        }
    }

    /// A variable defined by `map`, by `set` or by a named group.
    record OfSlot(int slot) implements Segment {

        @Override
        public @Nullable String value(VariableSource source) {
            return source.variableValues().value(slot, source);
        }
    }

    /// `$1` and the others: a group of the expression that matched last.
    record OfCapture(int number) implements Segment {

        @Override
        public @Nullable String value(VariableSource source) {
            return source.variableValues().capture(number);
        }
    }
}
